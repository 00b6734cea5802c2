// A log and its mirror: whatever is lost on the way, in the end the copy is the log, byte for byte.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatVerifierKey, parseCheckpoint, parseNote } from '../../proof/index.ts';
import { sampleLog, sampleSigner, settableClock } from '../../testing/index.ts';
import { type MirrorStore } from '../mirror/index.ts';
import { type PublishTarget } from '../publish/index.ts';
import {
  diskFull,
  mirrorWorld,
  NODE,
  nodeLog,
  ORIGIN,
  placedEntries,
  sendAll,
  wireTo,
  expectCopy,
} from './fixtures.ts';
import { createUploads } from './upload-body.ts';

describe('a mirror', () => {
  test.each([1, 255, 256, 257, 700, 66_000])('holds a log of %d entries, and cosigns it', async (size) => {
    const world = await mirrorWorld();
    const log = nodeLog(size);
    const asked = await sendAll(log, size, world.mirror);
    expect(asked.kind).toBe('cosigned');
    await expectCopy(world, log, size);
  });

  test('follows a log that grows, from wherever it is', async () => {
    const world = await mirrorWorld();
    for (const size of [3, 3, 250, 256, 258, 511, 900, 1_024, 1_300]) {
      const log = nodeLog(size);
      expect((await sendAll(log, size, world.mirror)).kind).toBe('cosigned');
      await expectCopy(world, log, size);
    }
  });

  test('cosigns no checkpoint while an entry of it is missing', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(9_000);
    const asked = await sendAll(log, 9_000, world.mirror, 1);
    expect(asked).toEqual({ kind: 'behind', next: 8_192 });
    const held = await world.store.position(ORIGIN);
    expect([held.next, held.cosigned]).toEqual([8_192, undefined]);
    expect(() => readFileSync(join(world.copy, 'log', 'checkpoint'))).toThrow('ENOENT');
    expect((await sendAll(log, 9_000, world.mirror, 1)).kind).toBe('cosigned');
  });

  test('hands over the checkpoint alone where no entries are to be sent', async () => {
    const world = await mirrorWorld();
    expect((await sendAll(nodeLog(5), 5, world.mirror, 0)).kind).toBe('behind');
    expect((await world.store.position(ORIGIN)).pending).toHaveLength(1);
  });

  test('goes on after weeks offline in which the log grew by 30,000 entries and its key was changed', async () => {
    const next = sampleSigner(ORIGIN, 4);
    const clock = settableClock(1_000);
    let world = await mirrorWorld({ clock });
    await sendAll(nodeLog(600), 600, world.mirror);
    world = await world.restart();
    clock.set(1_000 + 40 * 86_400_000);
    const grown = sampleLog(placedEntries(30_600), next);
    const refused = await sendAll(grown, 30_600, world.mirror);
    expect(refused).toMatchObject({ kind: 'failed', message: 'it answered 403' });
    await world.store.enrol(ORIGIN, formatVerifierKey(next.key), 2);
    expect((await sendAll(grown, 30_600, world.mirror)).kind).toBe('cosigned');
    await expectCopy(world, grown, 30_600, [NODE.key, next.key]);
  });

  test('answers a checkpoint that it holds once more, as for an answer that was lost', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(300);
    const first = await sendAll(log, 300, world.mirror);
    const second = await sendAll(log, 300, world.mirror);
    expect([first.kind, second.kind]).toEqual(['cosigned', 'cosigned']);
    expect((await world.store.position(ORIGIN)).next).toBe(300);
  });

  test('cosigns nothing over a copy that was altered beneath it', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(300);
    await sendAll(log, 300, world.mirror);
    const { revision, edge, cosigned } = await world.store.position(ORIGIN);
    await world.store.advance(ORIGIN, revision, {
      edge: edge.map((byte, at) => (at === 0 ? byte ^ 1 : byte)),
    });
    expect(await sendAll(log, 300, world.mirror)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('does not hash to its checkpoint'),
    });
    expect((await world.store.position(ORIGIN)).cosigned).toBe(cosigned);
  });

  test('keeps back its cosignature where its own log cannot record the checkpoint', async () => {
    const world = await mirrorWorld({ journal: () => Promise.reject(diskFull()) });
    const asked = await sendAll(nodeLog(10), 10, world.mirror);
    expect(asked.kind).toBe('failed');
    expect((await world.store.position(ORIGIN)).cosigned).toBeUndefined();
  });
});

/** Steps at which a mirror's process may end: before and after everything that it makes durable. */
const TARGET_STEPS = ['put', 'settle', 'replaceCheckpoint', 'dropPartials'] as const;

class Broken extends Error {}

/** Parts that break at the step that `when` counts down to. */
function breaking(when: { left: number }) {
  const step = async <Value>(work: () => Promise<Value>): Promise<Value> => {
    when.left -= 1;
    if (when.left === 0) throw new Broken('ended before');
    const value = await work();
    when.left -= 1;
    if (when.left === 0) throw new Broken('ended after');
    return value;
  };
  const wrap = <Part extends object>(part: Part, names: readonly (keyof Part)[]): Part =>
    Object.assign(
      Object.create(part) as Part,
      Object.fromEntries(
        names.map((name) => [
          name,
          (...args: readonly unknown[]) =>
            step(() => (part[name] as (...given: readonly unknown[]) => Promise<unknown>)(...args)),
        ]),
      ),
    );
  return {
    wrapTarget: (target: PublishTarget) => wrap(target, TARGET_STEPS),
    wrapStore: (store: MirrorStore) => wrap(store, ['advance']),
  };
}

describe('whatever is lost between a log and its mirror', () => {
  test('a mirror that ends at any step goes on, and the copy is the log', async () => {
    const log = nodeLog(1_100);
    for (let at = 1; at < 60; at += 1) {
      const when = { left: at };
      let world = await mirrorWorld(breaking(when));
      await sendAll(nodeLog(700), 700, world.mirror);
      await sendAll(log, 1_100, world.mirror);
      when.left = 0;
      world = await world.restart();
      const asked = await sendAll(log, 1_100, world.mirror);
      expect(asked.kind, `step ${at}`).toBe('cosigned');
      await expectCopy(world, log, 1_100);
    }
  }, 60_000);

  test('requests and answers that are lost, doubled, late or cut short, and ends of either process, change nothing in the end', async () => {
    const log = nodeLog(2_000);
    const event = fc.constantFrom(
      'grow',
      'lose-request',
      'lose-answer',
      'repeat',
      'cut',
      'restart',
      'break',
      'fine',
    );
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(event, fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 14 }),
        async (events) => {
          const when = { left: 0 };
          let world = await mirrorWorld(breaking(when));
          let size = 1;
          const sent: { readonly url: string; readonly body: Uint8Array }[] = [];
          for (const [kind, amount] of events) {
            if (kind === 'grow') size = Math.min(2_000, size + amount);
            if (kind === 'restart') world = await world.restart();
            if (kind === 'break') when.left = amount % 40;
            let lost = 0;
            const wire = wireTo(
              () => world.mirror,
              (side) => {
                if (kind !== `lose-${side}`) return;
                lost += 1;
                if (lost >= amount % 4) throw new Broken(`lost ${side}`);
              },
            );
            const transport = {
              post: (url: string, body: Uint8Array, signal: AbortSignal): ReturnType<typeof wire.post> => {
                sent.push({ url, body });
                const cutBody = body.subarray(0, Math.max(1, body.length - amount * 37));
                return wire.post(url, kind === 'cut' && url.endsWith('entries') ? cutBody : body, signal);
              },
            };
            await sendAll(nodeLog(size), size, world.mirror, amount % 5, transport);
            // What was sent long ago arrives once more.
            const old = sent[amount % sent.length];
            if (kind === 'repeat' && old !== undefined)
              await wireTo(() => world.mirror)
                .post(old.url, old.body, new AbortController().signal)
                .catch(() => {});
          }
          when.left = 0;
          expect((await sendAll(log, 2_000, world.mirror)).kind).toBe('cosigned');
          await expectCopy(world, log, 2_000);
          expect(await world.store.evidence(ORIGIN)).toEqual([]);
          world.store.close();
        },
      ),
      { numRuns: 25 },
    );
  }, 120_000);

  test('two processes of one log that send at once end with one copy', async () => {
    const world = await mirrorWorld();
    const log = nodeLog(1_500);
    const sizes = [1_500, 900, 1_500, 1_499];
    await Promise.all(sizes.map((size) => sendAll(nodeLog(size), size, world.mirror)));
    expect((await sendAll(log, 1_500, world.mirror)).kind).toBe('cosigned');
    await expectCopy(world, log, 1_500);
  });

  test('a smaller checkpoint whose entries come late does not take the place of a larger one', async () => {
    const world = await mirrorWorld();
    const [small, large] = [nodeLog(300), nodeLog(500)];
    await sendAll(small, 300, world.mirror, 0);
    const { promise: isLate, resolve: late } = Promise.withResolvers<void>();
    const body = await createUploads(small.source, parseCheckpoint(parseNote(small.checkpointAt(300)).text))(
      0,
      new Uint8Array(),
    );
    async function* slow(): AsyncGenerator<Uint8Array> {
      yield body.subarray(0, 100);
      await isLate;
      yield body.subarray(100);
    }
    const answer = world.mirror.addEntries(slow());
    expect((await sendAll(large, 500, world.mirror)).kind).toBe('cosigned');
    late();
    expect((await answer).status).toBe(409);
    await expectCopy(world, large, 500);
  });

  test('two processes of one mirror take turns by the state they share', async () => {
    const one = await mirrorWorld();
    const other = await mirrorWorld({ path: one.path });
    const log = nodeLog(1_500);
    await Promise.all([sendAll(log, 1_500, one.mirror), sendAll(log, 1_500, other.mirror)]);
    expect((await sendAll(log, 1_500, other.mirror)).kind).toBe('cosigned');
    await expectCopy(one, log, 1_500);
  });

  test('what is published of a copy never shrinks, whichever process of the mirror was slower', async () => {
    const { promise: isReached, resolve: reach } = Promise.withResolvers<void>();
    const { promise: isLate, resolve: late } = Promise.withResolvers<void>();
    const hesitant = (target: PublishTarget): PublishTarget =>
      Object.assign(Object.create(target) as PublishTarget, {
        async replaceCheckpoint(next: Parameters<PublishTarget['replaceCheckpoint']>[0]) {
          reach();
          await isLate;
          await target.replaceCheckpoint(next);
        },
      });
    const slow = await mirrorWorld({ wrapTarget: hesitant });
    const quick = await mirrorWorld({ path: slow.path });
    const asked = sendAll(nodeLog(300), 300, slow.mirror);
    await isReached;
    expect((await sendAll(nodeLog(500), 500, quick.mirror)).kind).toBe('cosigned');
    late();
    expect((await asked).kind).toBe('cosigned');
    await expectCopy(quick, nodeLog(500), 500);
  });

  test('a disk that is full at the centre loses nothing that was acknowledged, and is gone on from', async () => {
    let left = 3;
    const full = (target: PublishTarget): PublishTarget =>
      Object.assign(Object.create(target) as PublishTarget, {
        put: (...args: Parameters<PublishTarget['put']>) => {
          left -= 1;
          return left < 0 ? Promise.reject(diskFull()) : target.put(...args);
        },
      });
    const world = await mirrorWorld({ wrapTarget: full });
    const log = nodeLog(1_000);
    expect(await sendAll(log, 1_000, world.mirror)).toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('no space left'),
    });
    expect((await world.store.position(ORIGIN)).next).toBe(256);
    left = 1_000;
    expect((await sendAll(log, 1_000, world.mirror)).kind).toBe('cosigned');
    await expectCopy(world, log, 1_000);
  });
});
