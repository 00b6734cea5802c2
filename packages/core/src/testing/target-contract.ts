/** What a place that a log is published to must do, whichever it is: one list of cases. */
import assert from 'node:assert/strict';
import { fromUtf8, isFault, utf8 } from '../kernel/index.ts';
import {
  bucketTarget,
  type ObjectStore,
  Publisher,
  type PublishTarget,
  publishedSource,
} from '../audit/index.ts';
import type { BucketAdministrator } from './memory-object-store.ts';
import { parseCheckpoint, parseNote, verifyLog } from '../proof/index.ts';
import { SAMPLE_CHECKPOINT_KEY, sampleSource } from './sample-source.ts';
import { verifyWithNode } from './sample-log.ts';
import { sha256 } from '../kernel/crypto/index.ts';

/** A place that is empty. */
export interface TargetWorld {
  /** The target as another process would open it; each call another one. */
  target(): PublishTarget;
  /** Puts a file there by another way. */
  overwrite(path: string, bytes: Uint8Array): Promise<void>;
  /** Removes a file by another way. */
  hide(path: string): Promise<void>;
}

/** A bucket as a place. Each target has another of `stores`, as if it were another process, round and round. */
export function bucketWorld(stores: readonly ObjectStore[], administrator: BucketAdministrator): TargetWorld {
  let opened = 0;
  return {
    target() {
      const store = stores[opened % stores.length];
      opened += 1;
      return store === undefined ? assert.fail('no store') : bucketTarget(store, SAMPLE_CHECKPOINT_KEY);
    },
    overwrite: (path, bytes) => administrator.overwrite(path, bytes),
    hide: (path) => administrator.hide(path),
  };
}

/** One case: a sentence, and what shows it in a fresh place. */
export interface TargetCase {
  readonly name: string;
  run(world: TargetWorld): Promise<void>;
}

/** A publisher of the first `size` entries of the sample log to a target of its own; `name` is another history. */
function publisherOf(world: TargetWorld, size: number, name?: string): Publisher {
  const source = sampleSource(size, name);
  return new Publisher({ source, target: world.target(), key: SAMPLE_CHECKPOINT_KEY, pass: () => {} });
}

async function publish(world: TargetWorld, size: number): Promise<number> {
  return publisherOf(world, size).publish();
}

async function publishedSize(world: TargetWorld): Promise<number> {
  const note = await world.target().readCheckpoint();
  return note === undefined ? 0 : SAMPLE_CHECKPOINT_KEY.open(fromUtf8(note)).size;
}

/** The problems of what is published, verified from the first entry on. */
async function problems(world: TargetWorld): Promise<readonly string[]> {
  const report = await verifyLog({
    source: publishedSource(world.target()),
    trust: { sha256, verifySignature: verifyWithNode, keys: [SAMPLE_CHECKPOINT_KEY.verifierKey] },
  });
  assert.equal(report.ok, report.problems.length === 0);
  return report.problems.map(({ code }) => code);
}

async function faultOf(run: Promise<unknown>): Promise<string> {
  try {
    await run;
  } catch (fault) {
    if (isFault(fault)) return fault.code;
    throw fault;
  }
  return assert.fail('nothing was thrown');
}

/** The contract. */
export const TARGET_CONTRACT: readonly TargetCase[] = [
  {
    name: 'a log is published whole, at every size around a tile, and grows',
    async run(world) {
      for (const size of [1, 255, 256, 257, 600, 600]) {
        assert.equal(await publish(world, size), size);
        assert.deepEqual(await problems(world), []);
        assert.equal(await publishedSize(world), size);
      }
    },
  },
  {
    name: 'a file put twice is harmless with the same bytes, refused with others, and mended where that is asked for',
    async run(world) {
      await world.target().put('tile/entries/000', utf8('one'), 'new');
      await world.target().put('tile/entries/000', utf8('one'), 'new');
      for (const other of ['two', 'longer'])
        assert.equal(
          await faultOf(world.target().put('tile/entries/000', utf8(other), 'new')),
          'log.corrupt',
        );
      assert.equal(await world.target().length('tile/entries/000'), 3);
      await world.target().put('tile/entries/000', utf8('two!'), 'mend');
      const read = await world.target().read('tile/entries/000', 100);
      assert.equal(fromUtf8(read ?? new Uint8Array()), 'two!');
    },
  },
  {
    name: 'what is not there has no length and no bytes',
    async run(world) {
      assert.equal(await world.target().length('tile/0/000'), undefined);
      assert.equal(await world.target().read('tile/0/000', 100), undefined);
      assert.equal(await world.target().readCheckpoint(), undefined);
    },
  },
  {
    name: 'two publishers at once, one of them behind, leave the larger checkpoint',
    async run(world) {
      for (let round = 1; round <= 5; round += 1) {
        const sizes = [round * 20, round * 20 + 7, round * 20 + 3];
        await Promise.all(
          sizes.map((size) =>
            publish(world, size).catch((fault: unknown) => assert.ok(isFault(fault, 'log.corrupt'))),
          ),
        );
        assert.equal(await publishedSize(world), round * 20 + 7);
        assert.deepEqual(await problems(world), []);
      }
    },
  },
  {
    name: 'publishers at once around a full tile, where one drops the partial files that another still writes, do not hinder each other',
    async run(world) {
      for (const start of [200, 456, 712]) {
        const sizes = [0, 20, 40, 58, 60, 90].map((more) => start + more);
        await Promise.all(
          sizes.map((size) =>
            publish(world, size).catch((fault: unknown) =>
              // Who is behind what is published already says so.
              assert.match(String(fault), /was put back/),
            ),
          ),
        );
        assert.equal(await publishedSize(world), start + 90);
        assert.deepEqual(await problems(world), []);
      }
    },
  },
  {
    name: 'many that replace the checkpoint at once lose no step of it',
    async run(world) {
      await publish(world, 1);
      const sign = (size: number): Uint8Array => utf8(sampleSource(size).checkpoint() ?? '');
      await Promise.all(
        Array.from({ length: 8 }, (_, at) =>
          world.target().replaceCheckpoint((present) => {
            const size = parseCheckpoint(parseNote(present ?? sign(1)).text).size;
            return size < at + 2 ? sign(at + 2) : undefined;
          }),
        ),
      );
      assert.equal(await publishedSize(world), 9);
    },
  },
  {
    name: 'a log that holds less than is published is refused',
    async run(world) {
      await publish(world, 300);
      assert.equal(await faultOf(publish(world, 299)), 'log.corrupt');
      assert.equal(await publishedSize(world), 300);
    },
  },
  {
    name: 'another history does not get over what is published',
    async run(world) {
      for (const size of [100, 256, 257]) {
        await publish(world, size);
        for (const other of [size, size + 1, 300])
          assert.equal(await faultOf(publisherOf(world, other, 'other').publish()), 'log.corrupt');
        assert.equal(await publishedSize(world), size);
        assert.deepEqual(await problems(world), []);
      }
    },
  },
  {
    name: 'a checkpoint that somebody else put there counts as none',
    async run(world) {
      await publish(world, 300);
      await world.overwrite('checkpoint', utf8('nobody knows\n1\nAAAA\n'));
      assert.equal(await publish(world, 301), 301);
      assert.deepEqual(await problems(world), []);
    },
  },
  {
    name: 'files that are gone or cut short are published again by the next process; altered ones when everything is',
    async run(world) {
      await publish(world, 600);
      await world.hide('tile/0/000');
      await world.overwrite('tile/entries/001', new Uint8Array());
      assert.notDeepEqual(await problems(world), []);
      await publish(world, 600);
      assert.deepEqual(await problems(world), []);
      await world.overwrite('tile/0/000', new Uint8Array(8192));
      await publish(world, 600);
      assert.notDeepEqual(await problems(world), []);
      await publisherOf(world, 600).publish(true);
      assert.deepEqual(await problems(world), []);
    },
  },
];
