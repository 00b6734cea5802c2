// What a mirror writes into its own log.
import { describe, expect, test } from 'vitest';
import { Fault } from '../../kernel/index.ts';
import { sampleLogIdentity, settableClock } from '../../testing/index.ts';
import { createMemoryLog } from '../memory-log.ts';
import { createMirrorJournal, type MirrorJournal } from './index.ts';

const root = new Uint8Array(32).fill(5);
const checkpoint = (size: number, origin = 'node.example/1') => ({ origin, size, root });
const KEY = 'node.example/1+01234567+AWtvZOZNkuAXoEFuGhBnPq5rKPYmfQW5ZXHsNHKVjOVd';

interface World {
  readonly journal: MirrorJournal;
  readonly clock: ReturnType<typeof settableClock>;
  /** What the log holds of mirrors. */
  readonly told: () => readonly unknown[];
}

function world(): World {
  const identity = sampleLogIdentity();
  const log = createMemoryLog({
    ...identity,
    signingKey: { seed: new Uint8Array(32).fill(7) },
    bodyKey: { keyId: 'body-1', key: new Uint8Array(32).fill(9) },
  });
  const clock = settableClock(1_000);
  const told = (): readonly unknown[] =>
    Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry).flatMap((entry) =>
      entry.kind === 'mirror' ? [entry.mirror] : [],
    );
  return { journal: createMirrorJournal({ identity, writer: log.writer, clock }), clock, told };
}

describe('the journal of a mirror', () => {
  test('tells of each enrolment and retirement', async () => {
    const { journal, told } = world();
    await journal.enrol('node.example/1', KEY);
    await journal.retire('node.example/1');
    expect(told()).toEqual([
      { action: 'enrol', log: 'node.example/1', key: KEY },
      { action: 'retire', log: 'node.example/1' },
    ]);
  });

  test('tells of a checkpoint of each log at most once a minute, and of the last at the end', async () => {
    const { journal, clock, told } = world();
    for (let size = 1; size <= 130; size += 1) {
      await journal.cosign(checkpoint(size));
      clock.set(clock.now() + 1_000);
    }
    await journal.cosign(checkpoint(9, 'node.example/2'));
    await journal.finish();
    await journal.finish();
    const sizes = told() as readonly { readonly log: string; readonly size: number; readonly root: string }[];
    expect(sizes.map(({ log, size }) => `${log} ${size}`)).toEqual([
      'node.example/1 1',
      'node.example/1 61',
      'node.example/1 121',
      'node.example/2 9',
      'node.example/1 130',
    ]);
    expect(sizes[0]?.root).toBe(Buffer.from(root).toString('base64'));
  });

  test('says where it could not', async () => {
    const { clock } = world();
    const append = (): Promise<never> => Promise.reject(new Fault('log.unavailable', 'disk full'));
    const journal = createMirrorJournal({ identity: sampleLogIdentity(), writer: { append }, clock });
    await expect(journal.enrol('node.example/1', KEY)).rejects.toThrow('disk full');
    await expect(journal.cosign(checkpoint(1))).rejects.toThrow('disk full');
  });
});
