// Kill switches, sessions and waiting for people, with state and time that the test sets.
import { describe, expect, test } from 'vitest';
import type { Hold, KillScope, Part, StateReader } from '../model/index.ts';
import { isFault } from '../kernel/index.ts';
import {
  admit,
  createFlowWatch,
  createKillWatch,
  pooledRandom,
  sessionFor,
  type Timers,
  waitForAnswers,
} from './index.ts';

const CALL: Part = { action: { name: 'tools/call' }, resource: { type: 'tool', id: 'files/write_file' } };
const SUBJECT = { agent: { id: 'bot', team: 'payments' }, chain: [{ id: 'boss', team: 'owners' }] };

/** A state whose kills and holds a test sets. */
function stateWith() {
  const kills: { scope: KillScope; id: string; reason: string }[] = [];
  const holds = new Map<number, Hold>();
  const unused = () => {
    throw new Error('not asked for here');
  };
  let killEpoch = 0;
  let readings = 0;
  let epochReadings = 0;
  let isBroken = false;
  const state: StateReader = {
    epochs: () => {
      if (isBroken) throw new Error('the disk is gone');
      epochReadings += 1;
      return { killEpoch, policyEpoch: 0 };
    },
    kills: () => {
      readings += 1;
      return [...kills];
    },
    hold: (index) => holds.get(index),
    holdFor: unused,
    holds: unused,
    pins: unused,
    pinStanding: unused,
    labels: unused,
    isUnresolved: unused,
    limitUse: unused,
    record: unused,
    records: unused,
    tags: unused,
    timeFloor: () => 0,
    version: () => 0,
  };
  return {
    state,
    holds,
    kill: (scope: KillScope, id: string) => {
      kills.push({ scope, id, reason: 'test' });
      killEpoch += 1;
    },
    readings: () => readings,
    epochReadings: () => epochReadings,
    break: () => {
      isBroken = true;
    },
  };
}

/** Timers that move when told. */
function handTimers() {
  let now = 0;
  const due: { at: number; callback: () => void }[] = [];
  const timers: Timers = {
    after(delayMs, callback) {
      const entry = { at: now + delayMs, callback };
      due.push(entry);
      return () => {
        const index = due.indexOf(entry);
        if (index >= 0) due.splice(index, 1);
      };
    },
  };
  return {
    timers,
    pending: () => due.length,
    pass(ms: number) {
      const until = now + ms;
      for (;;) {
        const next = due.filter(({ at }) => at <= until).sort((left, right) => left.at - right.at)[0];
        if (next === undefined) break;
        now = next.at;
        due.splice(due.indexOf(next), 1);
        next.callback();
      }
      now = until;
    },
  };
}

describe('admission', () => {
  test.each([
    ['the agent', 'agent', 'bot', 'kill.agent'],
    ['an agent that delegated to it', 'agent', 'boss', 'kill.agent'],
    ['the server of its tool', 'server', 'files', 'kill.server'],
    ['the tool', 'tool', 'files/write_file', 'kill.tool'],
    ['the agent’s team', 'team', 'payments', 'kill.team'],
    ['the team of an agent that delegated to it', 'team', 'owners', 'kill.team'],
    ['everything', 'all', '*', 'kill.all'],
  ] as const)('a kill of %s decides the next action', (_why, scope, id, code) => {
    const world = stateWith();
    expect(admit(world.state, SUBJECT, [CALL])).toBeUndefined();
    world.kill(scope, id);
    expect(admit(world.state, SUBJECT, [CALL])).toMatchObject({ code, id });
  });

  test.each([
    ['agent', 'files'],
    ['server', 'write_file'],
    ['tool', 'files/write'],
    ['team', 'bot'],
    ['agent', 'payments'],
  ] as const)('a kill of %s `%s` leaves others alone', (scope, id) => {
    const world = stateWith();
    world.kill(scope, id);
    expect(admit(world.state, SUBJECT, [CALL])).toBeUndefined();
  });

  test('a killed server may start nothing by itself', () => {
    const world = stateWith();
    world.kill('server', 'files');
    expect(admit(world.state, SUBJECT, [], 'files')).toMatchObject({ code: 'kill.server' });
  });

  test('switches are read once per kill epoch', () => {
    const world = stateWith();
    for (let call = 0; call < 5; call += 1) admit(world.state, SUBJECT, [CALL]);
    world.kill('agent', 'other');
    for (let call = 0; call < 5; call += 1) admit(world.state, SUBJECT, [CALL]);
    expect(world.readings()).toBe(2);
  });

  test('state that cannot be read is a fault, never an admission', () => {
    const world = stateWith();
    world.break();
    expect(() => admit(world.state, SUBJECT, [CALL])).toThrow('the disk is gone');
  });
});

describe('actions under way', () => {
  const target = { subject: SUBJECT, parts: [CALL] };

  test('are aborted within one poll of a kill that covers them, and only they', () => {
    const world = stateWith();
    const clock = handTimers();
    const watch = createKillWatch({ state: world.state, timers: clock.timers, pollMs: 100 });
    const mine = watch.watch(target);
    const other = watch.watch({ subject: { agent: { id: 'other' }, chain: [] }, parts: [] });
    world.kill('agent', 'bot');
    clock.pass(100);
    expect(mine.signal.aborted).toBe(true);
    expect(isFault(mine.signal.reason, 'guard.aborted')).toBe(true);
    expect(other.signal.aborted).toBe(false);
  });

  test('are aborted through the controller that they brought', () => {
    const world = stateWith();
    const clock = handTimers();
    const watch = createKillWatch({ state: world.state, timers: clock.timers, pollMs: 100 });
    const own = new AbortController();
    expect(watch.watch(target, own).signal).toBe(own.signal);
    world.kill('agent', 'bot');
    clock.pass(100);
    expect(isFault(own.signal.reason, 'guard.aborted')).toBe(true);
  });

  test('are aborted by a kill that came between admission and watching', () => {
    const world = stateWith();
    const clock = handTimers();
    const watch = createKillWatch({ state: world.state, timers: clock.timers, pollMs: 100 });
    watch.watch(target).done();
    world.kill('tool', 'files/write_file');
    const late = watch.watch(target);
    clock.pass(100);
    expect(late.signal.aborted).toBe(true);
  });

  test('are aborted by a kill that another action’s watch has seen already', () => {
    const world = stateWith();
    const clock = handTimers();
    const watch = createKillWatch({ state: world.state, timers: clock.timers, pollMs: 100 });
    watch.watch({ subject: { agent: { id: 'other' }, chain: [] }, parts: [] });
    world.kill('agent', 'bot');
    clock.pass(100);
    const late = watch.watch(target);
    clock.pass(100);
    expect(late.signal.aborted).toBe(true);
  });

  test('are aborted when the switches can no longer be read', () => {
    const world = stateWith();
    const clock = handTimers();
    const watch = createKillWatch({ state: world.state, timers: clock.timers, pollMs: 100 });
    const mine = watch.watch(target);
    world.break();
    clock.pass(100);
    expect(mine.signal.reason).toMatchObject({ data: { code: 'log.unavailable' } });
  });

  test('are looked at together: a poll reads the epoch once', () => {
    const world = stateWith();
    const clock = handTimers();
    const watch = createKillWatch({ state: world.state, timers: clock.timers, pollMs: 100 });
    const actions = [watch.watch(target), watch.watch(target), watch.watch(target)];
    clock.pass(100);
    expect(world.epochReadings()).toBe(1);
    world.kill('agent', 'boss');
    clock.pass(100);
    expect(world.epochReadings()).toBe(2);
    expect(actions.every(({ signal }) => signal.aborted)).toBe(true);
  });

  test('nothing is polled while nothing is under way', () => {
    const clock = handTimers();
    const watch = createKillWatch({ state: stateWith().state, timers: clock.timers, pollMs: 100 });
    const action = watch.watch(target);
    expect(clock.pending()).toBe(1);
    action.done();
    expect(clock.pending()).toBe(0);
  });
});

describe('waiting for people', () => {
  const hold: Hold = {
    index: 7,
    digest: 'd',
    policyHash: 'p',
    forbids: [],
    requesters: [],
    created: 0,
    expires: 900_000,
    status: 'waiting',
    answers: [],
  };
  const settle = (state: Hold) => (state.status === 'denied' ? 'denied' : undefined);
  const waitOn = (
    world: ReturnType<typeof stateWith>,
    clock: ReturnType<typeof handTimers>,
    signal?: AbortSignal,
  ) =>
    waitForAnswers({
      state: world.state,
      timers: clock.timers,
      hold: 7,
      waitMs: 1_000,
      pollMs: 100,
      settle,
      ...(signal === undefined ? {} : { signal }),
    });

  test('ends when another process answers', async () => {
    const world = stateWith();
    world.holds.set(7, hold);
    const clock = handTimers();
    const waiting = waitOn(world, clock);
    clock.pass(300);
    world.holds.set(7, { ...hold, status: 'denied' });
    clock.pass(100);
    expect(await waiting).toEqual({ status: 'settled', value: 'denied' });
    expect(clock.pending()).toBe(0);
  });

  test('ends in time, after one last look', async () => {
    const world = stateWith();
    world.holds.set(7, hold);
    const clock = handTimers();
    const waiting = waitOn(world, clock);
    clock.pass(1_000);
    expect(await waiting).toEqual({ status: 'timeout' });
    expect(clock.pending()).toBe(0);
  });

  test('ends when the caller is gone', async () => {
    const world = stateWith();
    world.holds.set(7, hold);
    const clock = handTimers();
    const caller = new AbortController();
    const waiting = waitOn(world, clock, caller.signal);
    caller.abort();
    expect(await waiting).toEqual({ status: 'aborted' });
    expect(clock.pending()).toBe(0);
  });

  test('ends when the hold is no longer there', async () => {
    expect(await waitOn(stateWith(), handTimers())).toEqual({ status: 'gone' });
  });
});

describe('sessions', () => {
  const key = { tenant: 't', node: 'n', agent: 'bot', person: 'ann' };

  test('an unauthenticated claim falls into the session of agent and person', () => {
    const common = sessionFor(key);
    expect(sessionFor({ ...key, claim: 'fresh' })).toEqual({ id: common.id, claim: 'fresh' });
  });

  test('an authenticated claim has its own, under the common one', () => {
    const claimed = sessionFor({ ...key, claim: 'fresh', isClaimAuthenticated: true });
    expect(claimed.id).not.toBe(sessionFor(key).id);
    expect(claimed.parent).toBe(sessionFor(key).id);
  });

  test.each(['tenant', 'node', 'agent', 'person'] as const)('another %s is another session', (field) => {
    expect(sessionFor({ ...key, [field]: 'other' }).id).not.toBe(sessionFor(key).id);
  });

  test('names cannot be shifted into one another', () => {
    expect(sessionFor({ ...key, agent: 'a', person: 'bc' }).id).not.toBe(
      sessionFor({ ...key, agent: 'ab', person: 'c' }).id,
    );
  });
});

test('pooled random bytes are handed out once, and large requests do not use the pool', () => {
  let next = 0;
  const random = pooledRandom((bytes) => {
    for (let at = 0; at < bytes.length; at += 1) bytes[at] = (next += 1) & 255;
  });
  const seen = Array.from({ length: 300 }, () => random.bytes(16).join());
  expect(random.bytes(5_000)).toHaveLength(5_000);
  expect(seen[0]).not.toBe(seen[1]);
  expect(new Set(seen.slice(0, 16)).size).toBe(16);
  expect(() => random.bytes(0)).toThrow(RangeError);
});

describe('what flows for a purpose', () => {
  function flowing(stands: () => boolean) {
    const clock = handTimers();
    const watch = createFlowWatch(stateWith().state, clock.timers);
    const ended: unknown[] = [];
    const leave = watch.watch({ stands, abort: (reason) => ended.push(reason) });
    return { ended, leave, watch, second: () => clock.pass(1_000) };
  }

  test('ends, once, where it cannot be seen whether it may go on', () => {
    const here = flowing(() => {
      throw new Error('no disk');
    });
    here.second();
    here.second();
    expect(here.ended).toMatchObject([{ code: 'guard.aborted', data: { code: 'log.unavailable' } }]);
  });

  test('is looked at no more once it has ended by itself, or the guard is closed', () => {
    let looks = 0;
    const stands = (): boolean => {
      looks += 1;
      return true;
    };
    const [left, closed] = [flowing(stands), flowing(stands)];
    left.second();
    left.leave();
    left.second();
    closed.watch.close();
    closed.second();
    expect(looks).toBe(1);
  });
});
