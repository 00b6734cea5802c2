// A hundred thousand bodies past their time: what a run holds at once does not grow with them.
import { expect, test } from 'vitest';
import type { LogReader, StateReader } from '../../model/index.ts';
import { readArchiveHead } from './archive/index.ts';
import { memoryProgress, retentionWorld } from './fixtures.ts';
import type { RetentionPorts } from './ports.ts';
import { retain } from './retain.ts';

const BODIES = 100_000;
const KEY = { id: 'archive-1', bytes: new Uint8Array(32).fill(3) };

/** A log of so many copies of one entry with a body. What was erased of it is gone. */
async function longLog(bodies = BODIES) {
  const world = await retentionWorld();
  const index = await world.add('ann');
  const { bytes, entry } = world.log.reader.entry(index);
  const body = world.log.reader.body(index);
  const gone = new Set<number>();
  const ids: number[] = [];
  const reader: LogReader = {
    ...world.log.reader,
    size: () => bodies,
    entry: (at) => {
      ids.push(at);
      return { bytes, entry };
    },
    body: () => body,
  };
  const state: StateReader = { ...world.log.state, records: () => [], timeFloor: () => 2_000 * 86_400_000 };
  world.goTo(2_000);
  return { world, reader, state, gone, ids };
}

test('a hundred thousand bodies: transactions of at most 128, and each entry read a few times', async () => {
  const { world, reader, state, gone, ids } = await longLog();
  let largest = 0;
  let told = 0;
  const writer: RetentionPorts['writer'] = {
    append(draft) {
      for (const effect of draft.effects ?? []) {
        if (effect.type !== 'erase') continue;
        largest = Math.max(largest, effect.bodies.length);
        for (const { index } of effect.bodies) gone.add(index);
      }
      if (draft.detail.kind === 'retention') told += draft.detail.retention.destroyed;
      return Promise.resolve({ status: 'committed', index: BODIES, receipt: 'o#1', timeFloor: 1 });
    },
  };
  const ports = { ...world.ports, reader, state, progress: memoryProgress(), writer };
  expect(await retain(ports)).toMatchObject({ isComplete: true, classes: [{ destroyed: BODIES }] });
  expect(gone.size).toBe(BODIES);
  expect(told).toBe(BODIES);
  expect(largest).toBe(128);
  expect(ids.length).toBeLessThan(4 * BODIES);
}, 120_000);

test('five thousand bodies: archives of at most 2,048', async () => {
  const { world, reader, state } = await longLog(5_000);
  const files = new Map<string, Uint8Array>();
  const ports: RetentionPorts = {
    ...world.ports,
    reader,
    state,
    progress: memoryProgress(),
    archiveOf: () => ({
      key: KEY,
      target: {
        write: (name, bytes) => Promise.resolve(void files.set(name, bytes)),
        read: (name) => Promise.resolve(files.get(name)),
        remove: () => Promise.resolve(),
      },
    }),
    writer: {
      append: () => Promise.resolve({ status: 'committed', index: 5_000, receipt: 'o#1', timeFloor: 1 }),
    },
  };
  expect(await retain(ports)).toMatchObject({ classes: [{ destroyed: 5_000 }] });
  const bodies = [...files.values()].map((bytes) => readArchiveHead(bytes).bodies);
  expect(bodies).toEqual([2_048, 2_048, 904]);
}, 120_000);

test('of a hundred thousand bodies under a legal hold progress keeps a few ranges', async () => {
  const { world, reader, state } = await longLog();
  const progress = memoryProgress();
  const record = {
    key: 'h1',
    value: { scope: 'indexes', from: 0, to: BODIES - 7, reason: 'r' },
    index: 1,
  } as const;
  const holding: StateReader = {
    ...state,
    records: (collection) => (collection === 'legal_holds' ? [record] : []),
  };
  let told = 0;
  const writer: RetentionPorts['writer'] = {
    append(draft) {
      if (draft.detail.kind === 'retention') told += draft.detail.retention.held;
      return Promise.resolve({ status: 'committed', index: BODIES, receipt: 'o#1', timeFloor: 1 });
    },
  };
  await retain({ ...world.ports, reader, state: holding, writer, progress });
  expect(told).toBe(BODIES - 7);
  expect(progress.last()?.groups['default']?.left).toEqual([{ from: 0, to: BODIES - 7 }]);
}, 120_000);
