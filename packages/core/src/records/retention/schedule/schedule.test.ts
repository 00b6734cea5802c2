import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openLogStore, takeLock, verifyFolder } from '../../../audit/index.ts';
import {
  committed,
  openDraft,
  sampleLogIdentity,
  sampleTenant,
  settableClock,
} from '../../../testing/index.ts';
import {
  bodiesIn,
  bodyOf,
  DAY_MS,
  dataFolder,
  memoryProgress,
  type RetentionWorld,
  retentionWorld,
  SETTINGS,
} from '../fixtures.ts';
import { progressFile } from '../progress/index.ts';
import { letOthersRun, LATE_MS, retainAlone, scheduleRetention, retentionStanding } from './index.ts';

/** A timer that fires when a test says so. */
function handTimer() {
  const runs = new Set<() => void>();
  return {
    fire: () => runs.forEach((run) => run()),
    every(_milliseconds: number, run: () => void) {
      runs.add(run);
      return () => void runs.delete(run);
    },
  };
}

function scheduled(world: RetentionWorld, changes: Partial<Parameters<typeof scheduleRetention>[0]> = {}) {
  const timer = handTimer();
  const faults: unknown[] = [];
  const reports: unknown[] = [];
  const schedule = scheduleRetention({
    ports: world.ports,
    place: { path: world.path },
    timer,
    onRun: (report) => reports.push(report),
    onFault: (fault) => faults.push(fault),
    ...changes,
  });
  const tick = async (): Promise<void> => {
    timer.fire();
    await schedule.idle();
  };
  return { schedule, tick, faults, reports };
}

describe('retention runs by itself', () => {
  test('once a day, and not before', async () => {
    const world = await retentionWorld();
    const ann = await world.add('ann');
    const { tick, reports, schedule } = scheduled(world);
    await tick();
    await tick();
    expect(reports).toHaveLength(1);
    world.goTo(2_000);
    await world.add('now');
    await tick();
    await tick();
    expect(reports).toHaveLength(2);
    expect(world.there()).not.toContain(ann);
    await schedule.close();
    world.goTo(2_002);
    await tick();
    expect(reports).toHaveLength(2);
  });

  test('a run that fails is told and tried again after an hour', async () => {
    const world = await retentionWorld();
    await world.add('ann');
    world.goTo(2_000);
    await world.add('now');
    let fails = true;
    const writer: typeof world.ports.writer = {
      append: (draft) => (fails ? Promise.reject(new Error('no')) : world.log.writer.append(draft)),
    };
    const { tick, faults, reports } = scheduled(world, { ports: { ...world.ports, writer } });
    await tick();
    await tick();
    expect(faults).toHaveLength(1);
    const ages = { now: world.clock.now(), since: 0 };
    expect(retentionStanding(world.progress(), ages)).toMatchObject({ status: 'failing', problem: 'no' });
    fails = false;
    world.clock.set(world.clock.now() + 3_600_000);
    await tick();
    expect(reports).toHaveLength(1);
    expect(retentionStanding(world.progress(), { ...ages, now: world.clock.now() })).toMatchObject({
      status: 'running',
    });
  });

  test('one that never came to its end for three days is late, a log that is younger is not', () => {
    expect(retentionStanding(undefined, { now: LATE_MS + 8, since: 7 }).status).toBe('late');
    expect(retentionStanding(undefined, { now: LATE_MS + 7, since: 7 }).status).toBe('running');
  });

  test('closing stops a run between two steps', async () => {
    const world = await retentionWorld();
    await Promise.all(Array.from({ length: 40 }, (_, at) => world.add(`p${at}`)));
    world.goTo(2_000);
    await world.add('now');
    const timer = handTimer();
    const schedule = scheduleRetention({
      ports: { ...world.ports, pause: letOthersRun },
      place: { path: world.path },
      timer,
      onFault: (fault) => expect.unreachable(String(fault)),
    });
    timer.fire();
    await schedule.close();
    expect(world.progress()?.ranAt).toBe(0);
    expect(world.told('erasure')).toEqual([]);
  });
});

describe('two that would run at once', () => {
  test('in one data folder: only one does', async () => {
    const world = await retentionWorld();
    await world.add('ann');
    world.goTo(2_000);
    await world.add('now');
    const lock = takeLock(world.path, 'retention');
    expect(await retainAlone(world.ports, { path: world.path })).toBeUndefined();
    expect(world.told('erasure')).toEqual([]);
    lock.release();
    expect(await retainAlone(world.ports, { path: world.path })).toMatchObject({
      classes: [{ destroyed: 1 }],
    });
  });

  test('another process that holds the lock is waited for by nobody, and its end lets the next run', async () => {
    const world = await retentionWorld();
    await world.add('ann');
    world.goTo(2_000);
    await world.add('now');
    const holding = `
      import { takeLock } from ${JSON.stringify(join(import.meta.dirname, '../../../audit/index.ts'))};
      takeLock(${JSON.stringify(world.path)}, 'retention');
      process.stdout.write('held');
      setInterval(() => {}, 1_000);`;
    const other = spawn(process.execPath, ['--input-type=module', '-e', holding], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void other.kill('SIGKILL'));
    const [said] = (await once(other.stdout, 'data')) as [Buffer];
    expect(said.toString()).toBe('held');
    expect(await retainAlone(world.ports, { path: world.path })).toBeUndefined();
    other.kill('SIGKILL');
    await once(other, 'exit');
    expect(await retainAlone(world.ports, { path: world.path })).toMatchObject({ isComplete: true });
  });

  test('over one log from two folders, as nodes of a server have them: each body goes once, and the log verifies', async () => {
    const world = await retentionWorld();
    await Promise.all(Array.from({ length: 300 }, (_, at) => world.add(`p${at}`)));
    world.goTo(2_000);
    await world.add('now');
    const others = [dataFolder(), dataFolder()];
    const reports = await Promise.all(
      others.map((path) =>
        retainAlone({ ...world.ports, progress: memoryProgress(), pause: letOthersRun }, { path }),
      ),
    );
    const destroyed = reports.map((report) => report?.classes[0]?.destroyed ?? 0);
    expect(destroyed.reduce((sum, one) => sum + one)).toBe(300);
    await world.verify();
  });
});

test('every tenant of a store has retention of its own, by its own settings', async () => {
  const path = dataFolder();
  const clock = settableClock(1_000 * DAY_MS);
  const store = openLogStore({ ...sampleLogIdentity(), clock, path });
  const left: Record<string, number> = {};
  for (const [name, days] of [
    ['a', 100],
    ['b', 700],
  ] as const) {
    clock.set(1_000 * DAY_MS);
    const tenant = sampleTenant(name);
    const log = await store.open(tenant);
    const add = (): Promise<unknown> =>
      committed(log, { ...openDraft(`d${log.reader.size()}`, bodyOf('ann')), time: clock.now() });
    await add();
    clock.set(1_500 * DAY_MS);
    await add();
    const folder = join(path, 'tenants', name);
    const ports = {
      reader: log.reader,
      state: log.state,
      writer: log.writer,
      tenant: name,
      clock,
      random: sampleLogIdentity().random,
      settings: { ...SETTINGS, defaultKeep: days * DAY_MS },
      progress: progressFile(folder),
      pause: () => Promise.resolve(),
    };
    await retainAlone(ports, { path, name });
    expect(progressFile(folder).read()).toMatchObject({ origin: tenant.origin, ranAt: clock.now() });
    left[name] = bodiesIn(log).length;
    await log.publish();
    expect((await verifyFolder(path, { tenant: name, keys: [log.verifierKey] })).problems).toEqual([]);
  }
  await store.close();
  expect(left).toEqual({ a: 1, b: 2 });
});
