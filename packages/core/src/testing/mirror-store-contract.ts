/** What the state of a mirror must do, wherever it is kept: one list of cases. */
import assert from 'node:assert/strict';
import type { MirrorEvidence, MirrorStore } from '../audit/index.ts';

/** One case: a sentence, and what shows it on a fresh store. */
export interface MirrorStoreCase {
  readonly name: string;
  run(store: MirrorStore): Promise<void>;
}

const ORIGIN = 'node.example/1';
const OTHER = 'node.example/2';
/** Evidence kept of one log at most. */
const MAX_EVIDENCE = 100;

const evidence = (at: number): MirrorEvidence => ({
  kind: 'unproven',
  time: at,
  message: `m${at}`,
  held: 'h',
  offered: 'o',
});

const isConflict = { code: 'log.conflict' };

/** The contract. */
export const MIRROR_STORE_CONTRACT: readonly MirrorStoreCase[] = [
  {
    name: 'a log that is enrolled begins with nothing, and one that is not has no position',
    async run(store) {
      assert.equal(await store.log(ORIGIN), undefined);
      await assert.rejects(store.position(ORIGIN), { code: 'log.missing' });
      await store.enrol(ORIGIN, 'key-1', 5);
      assert.deepEqual(await store.log(ORIGIN), { origin: ORIGIN, keys: ['key-1'], enrolledAt: 5 });
      const { revision: _revision, edge, ...position } = await store.position(ORIGIN);
      assert.deepEqual(position, { pending: [], next: 0, timeFloor: 0, witnessedSize: 0 });
      assert.equal(edge.length, 0);
    },
  },
  {
    name: 'a further key counts beside the first, and the same one is no further key',
    async run(store) {
      for (const key of ['key-1', 'key-2', 'key-1']) await store.enrol(ORIGIN, key, 5);
      assert.deepEqual([...((await store.log(ORIGIN))?.keys ?? [])].toSorted(), ['key-1', 'key-2']);
      assert.equal((await store.logs()).length, 1);
    },
  },
  {
    name: 'a log that is retired keeps what is held, and is taken up again by an enrolment',
    async run(store) {
      await store.enrol(ORIGIN, 'key-1', 5);
      await store.advance(ORIGIN, (await store.position(ORIGIN)).revision, { next: 7 });
      await store.retire(ORIGIN, 9);
      await store.retire(ORIGIN, 11);
      assert.equal((await store.log(ORIGIN))?.retiredAt, 9);
      assert.equal((await store.position(ORIGIN)).next, 7);
      await store.enrol(ORIGIN, 'key-1', 12);
      assert.equal((await store.log(ORIGIN))?.retiredAt, undefined);
      assert.equal((await store.log(ORIGIN))?.enrolledAt, 5);
    },
  },
  {
    name: 'a change says what it changes and leaves the rest',
    async run(store) {
      await store.enrol(ORIGIN, 'key-1', 5);
      const edge = Uint8Array.of(1, 2, 3);
      const first = await store.position(ORIGIN);
      await store.advance(ORIGIN, first.revision, {
        pending: ['p'],
        edge,
        next: 3,
        timeFloor: 4,
        witnessedSize: 2,
      });
      const second = await store.position(ORIGIN);
      await store.advance(ORIGIN, second.revision, { cosigned: 'c' });
      const { revision, edge: kept, ...rest } = await store.position(ORIGIN);
      assert.ok(revision > second.revision && second.revision > first.revision);
      assert.deepEqual([...kept], [1, 2, 3]);
      assert.deepEqual(rest, { pending: ['p'], next: 3, timeFloor: 4, witnessedSize: 2, cosigned: 'c' });
    },
  },
  {
    name: 'of many changes of one position one wins, its producers included, and the others change nothing',
    async run(store) {
      await store.enrol(ORIGIN, 'key-1', 5);
      const { revision } = await store.position(ORIGIN);
      const outcomes = await Promise.allSettled(
        Array.from({ length: 8 }, (_, at) =>
          store.advance(ORIGIN, revision, {
            next: at,
            producers: new Map([[`boot-${at}`, { counter: at, index: at }]]),
          }),
        ),
      );
      assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1);
      const { next } = await store.position(ORIGIN);
      for (let at = 0; at < 8; at += 1) {
        const expected = at === next ? { counter: at, index: at } : undefined;
        assert.deepEqual(await store.producer(ORIGIN, `boot-${at}`), expected);
      }
      await assert.rejects(store.advance(ORIGIN, revision, { next: 99 }), isConflict);
    },
  },
  {
    name: 'what is kept of one log says nothing of another',
    async run(store) {
      await store.enrol(ORIGIN, 'key-1', 5);
      await store.enrol(OTHER, 'key-2', 6);
      const producers = new Map([['boot', { counter: 1, index: 2 }]]);
      await store.advance(ORIGIN, (await store.position(ORIGIN)).revision, { next: 3, producers });
      await store.keepEvidence(ORIGIN, evidence(1));
      assert.equal((await store.position(OTHER)).next, 0);
      assert.equal(await store.producer(OTHER, 'boot'), undefined);
      assert.deepEqual(await store.evidence(OTHER), []);
      assert.deepEqual(
        (await store.logs()).map(({ origin, keys }) => [origin, ...keys]),
        [
          [ORIGIN, 'key-1'],
          [OTHER, 'key-2'],
        ],
      );
    },
  },
  {
    name: 'evidence is kept once, in its order, and no more of it than a bound',
    async run(store) {
      await store.enrol(ORIGIN, 'key-1', 5);
      for (let at = 0; at < MAX_EVIDENCE + 5; at += 1) await store.keepEvidence(ORIGIN, evidence(at));
      await store.keepEvidence(ORIGIN, { ...evidence(0), time: 999 });
      const kept = await store.evidence(ORIGIN);
      assert.deepEqual(
        kept,
        Array.from({ length: MAX_EVIDENCE }, (_, at) => evidence(at)),
      );
    },
  },
  {
    name: 'evidence that anybody can cause takes no room from proof of a fork',
    async run(store) {
      await store.enrol(ORIGIN, 'key-1', 5);
      for (let at = 0; at < MAX_EVIDENCE; at += 1)
        await store.keepEvidence(ORIGIN, { ...evidence(at), kind: 'unproven' });
      const proof = { ...evidence(MAX_EVIDENCE), kind: 'forked' as const };
      await store.keepEvidence(ORIGIN, proof);
      assert.deepEqual((await store.evidence(ORIGIN)).at(-1), proof);
    },
  },
];
