import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest';
import { prune, startTasks, type Task } from '../src/upkeep/index.ts';
import { openWorld, START, stopServer, type World } from './world.ts';

afterAll(stopServer);

describe.each(['sqlite', 'postgres'] as const)('what is past its time in tables over %s', (store) => {
  let world: World;
  beforeEach(async (context) => {
    const opened = await openWorld(store);
    if (opened === undefined) return context.skip('no PostgreSQL');
    world = opened;
  });
  afterEach(() => world?.close());

  test('is taken away, however much it is, and nothing else', async () => {
    const rows = Array.from({ length: 2_500 }, (_, at) => ({ id: `n${at}`, expires: START - 1 - (at % 7) }));
    for (let from = 0; from < rows.length; from += 500)
      await world.plane.tables
        .insertInto('seen_nonces')
        .values(rows.slice(from, from + 500))
        .execute();
    await world.plane.tables
      .insertInto('seen_nonces')
      .values([
        { id: 'at its end', expires: START },
        { id: 'lasting', expires: START + 1 },
      ])
      .execute();
    await prune(world.plane);
    expect(await world.plane.tables.selectFrom('seen_nonces').select('id').execute()).toEqual([
      { id: 'lasting' },
    ]);
  });
});

test('a task runs at its interval, not twice at once, and again after it failed', async () => {
  const ticks: (() => void)[] = [];
  const ended: string[] = [];
  let [runs, release] = [0, (): void => {}];
  const task: Task = {
    name: 'task',
    everyMs: 1,
    run: () =>
      new Promise((resolve, reject) => {
        runs += 1;
        release = runs === 1 ? () => reject(new Error('failed')) : resolve;
      }),
  };
  const world = await openWorld('sqlite');
  if (world === undefined) throw new Error('no world');
  const told = Promise.withResolvers<void>();
  const running = startTasks(world.plane, [task], {
    every: (_milliseconds, run) => {
      ticks.push(run);
      return () => void ticks.splice(0);
    },
    ended: (_task, thrown) => {
      ended.push(thrown === undefined ? 'good' : 'failed');
      told.resolve();
    },
  });
  ticks[0]?.();
  ticks[0]?.();
  expect(runs).toBe(1);
  release();
  await told.promise;
  await Promise.resolve();
  ticks[0]?.();
  expect(runs).toBe(2);
  const stopped = running.stop();
  release();
  await stopped;
  expect(ended).toEqual(['failed', 'good']);
  expect(ticks).toHaveLength(0);
  await world.close();
});
