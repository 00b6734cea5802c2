/** When a daemon ends by itself: told by timers and a clock that the test moves. */
import { mkdtempSync, rmSync } from 'node:fs';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { fakeClock, fakeRandom, type FakeTimers, fakeTimers } from '@writ/core/testing';
import { connect } from 'node:net';
import { type HookDaemon, serveHooks } from './hook-daemon.ts';
import { SOCKET_NAME } from '../client/index.ts';

const IDLE_MS = 60_000;

interface World {
  readonly daemon: HookDaemon;
  readonly timers: FakeTimers;
  readonly folder: string;
  /** Calls under way at hosts. */
  pending: number;
  /** Why it ended, once it did. */
  ended: string | undefined;
}

async function served(): Promise<World> {
  const top = mkdtempSync(join(tmpdir(), 'writ-idle-'));
  const folder = join(top, 'hook');
  const clock = fakeClock();
  const timers = fakeTimers(clock);
  const world: Pick<World, 'pending'> & { ended: string | undefined } = { pending: 0, ended: undefined };
  const daemon = await serveHooks({
    folder,
    face: {
      handle: () => Promise.reject(new Error('nobody asks')),
      get pending() {
        return world.pending;
      },
      close: () => undefined,
    },
    random: fakeRandom(),
    clock,
    timers,
    report: () => undefined,
    about: {},
    idleMs: IDLE_MS,
  });
  onTestFinished(() => {
    daemon.close();
    rmSync(top, { recursive: true, force: true });
  });
  void daemon.ended.then((why) => (world.ended = why));
  return Object.assign(world, { daemon, timers, folder });
}

/** What was decided is told. */
const told = (): Promise<void> => new Promise((resolve) => void setImmediate(resolve));

describe('a daemon', () => {
  test('ends after its time without anything to do, and not before', async () => {
    const world = await served();
    world.timers.advance(IDLE_MS - 1);
    await told();
    expect(world.ended).toBeUndefined();
    world.timers.advance(IDLE_MS);
    expect(await world.daemon.ended).toBe('idle');
  });

  test('does not end while a call is under way at a host, however long', async () => {
    const world = await served();
    world.pending = 1;
    world.timers.advance(10 * IDLE_MS);
    await told();
    expect(world.ended).toBeUndefined();
    world.pending = 0;
    world.timers.advance(IDLE_MS);
    expect(await world.daemon.ended).toBe('idle');
  });

  test('counts its time from the last hook that left', async () => {
    const world = await served();
    const hook: Socket = connect(join(world.folder, SOCKET_NAME));
    await once(hook, 'connect');
    await told();
    world.timers.advance(IDLE_MS - 10_000);
    hook.destroy();
    // The daemon's side of it closes in turns of the event loop, not in time.
    for (let turn = 0; turn < 50; turn += 1) await told();
    world.timers.advance(IDLE_MS - 10_000);
    await told();
    expect(world.ended).toBeUndefined();
    world.timers.advance(20_000);
    expect(await world.daemon.ended).toBe('idle');
  });

  test('hangs up on who connects and says nothing', async () => {
    const world = await served();
    const hook: Socket = connect(join(world.folder, SOCKET_NAME));
    await once(hook, 'connect');
    for (let turn = 0; turn < 50; turn += 1) await told();
    const closed = once(hook, 'close');
    world.timers.advance(30_000);
    await closed;
    expect(hook.destroyed).toBe(true);
  });
});
