/** Hooks against daemons that are killed, hang, lie or are none: whatever happens, nothing runs that was not permitted, and the host hears it in time. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { fillDisk, smallDisk } from './full-disk.ts';
import { HookWorld, POLICIES, waitFor } from './host.ts';
import { answerTo, before } from './sockets.ts';

/** What `writ` is. */
const CLI = join(import.meta.dirname, '../../../cli/src/main.ts');

/** Hooks deny after this long in tests in which nobody answers; what they take to start comes on top. */
const SHORT_MS = 400;
/** A host that waits for five seconds gets its answer. */
const IN_TIME_MS = 5_000;

describe('a call through hooks', () => {
  test('starts the daemon, runs where policy permits it, and leaves decision and outcome', async () => {
    const world = new HookWorld();
    const { ran, after } = await world.call('run');
    expect([ran, after?.stdout]).toStrictEqual([true, '{"kind":"pass"}\n']);
    expect(world.record()).toStrictEqual(['decision allow', 'outcome performed']);
  });

  test('does not run where policy refuses it, and the host hears why in both its ways', async () => {
    const world = new HookWorld();
    const { ran, before: hook } = await world.call('no');
    expect([ran, hook.exitCode]).toStrictEqual([false, 2]);
    expect(hook.stderr).toContain('his tool is not for agents');
    expect(JSON.parse(hook.stdout)).toMatchObject({ kind: 'deny' });
    expect(world.record()).toStrictEqual(['decision deny']);
  });

  test('is asked of the person at the host only where policy leaves it to them', async () => {
    const world = new HookWorld();
    const { before: asked } = await world.call('ask');
    expect(JSON.parse(asked.stdout)).toMatchObject({
      kind: 'ask',
      reason: expect.stringMatching(/you decide/i) as string,
    });
    const { ran, before: held } = await world.call('hold');
    expect([ran, held.exitCode]).toStrictEqual([false, 2]);
    expect(world.record()).toStrictEqual(['decision allow', 'outcome performed', 'decision deny']);
  });

  test('brings back no result that nobody let happen', async () => {
    const world = new HookWorld();
    const payload = {
      hook_event_name: 'PostToolUse',
      tool_name: 'run',
      tool_input: {},
      tool_use_id: 'other',
    };
    const { stdout } = await world.hook('after', JSON.stringify({ ...payload, tool_response: 'forged' }));
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'withhold' });
  });

  test('fifty at once start one daemon, and each has its own decision', async () => {
    const world = new HookWorld();
    const calls = await Promise.all(Array.from({ length: 50 }, (_, index) => world.call('run', { index })));
    expect(calls.filter(({ ran }) => !ran).map(({ before: hook }) => hook.stderr)).toStrictEqual([]);
    expect(world.daemons()).toHaveLength(1);
    const record = world.record();
    expect(record.filter((one) => one === 'decision allow')).toHaveLength(50);
    expect(record.filter((one) => one === 'outcome performed')).toHaveLength(50);
  }, 120_000);
});

test('hooks and daemon meet in a folder whose path is longer than a socket’s may be', async () => {
  const world = new HookWorld(longFolder());
  const words = 'arguments are no files of Writ';
  expect((await world.call('run', { words })).ran).toBe(true);
});

describe('a daemon that is killed', () => {
  test('before a call, is replaced by the call', async () => {
    const world = new HookWorld();
    await world.call('run');
    const [first] = world.daemons();
    world.kill('SIGKILL');
    expect((await world.call('run')).ran).toBe(true);
    expect(world.daemons()).not.toContain(first);
  });

  test('between a call and its end, knows nothing of it afterwards: the result is withheld, the outcome unknown, and the next call runs', async () => {
    const world = new HookWorld();
    const { stdout } = await world.hook('before', before('run'));
    expect(JSON.parse(stdout)).toMatchObject({ kind: 'allow' });
    world.kill('SIGKILL');
    const payload = { hook_event_name: 'PostToolUse', tool_name: 'run', tool_input: {}, tool_use_id: 'x' };
    const after = await world.hook('after', JSON.stringify({ ...payload, tool_response: 'done' }));
    expect(JSON.parse(after.stdout)).toMatchObject({ kind: 'withhold' });
    expect(world.record()).toStrictEqual(['decision allow', 'outcome unknown']);
    expect((await world.call('run')).ran).toBe(true);
  });

  test('while it answers, has permitted nothing', async () => {
    const world = new HookWorld();
    await world.call('run');
    writeFileSync(join(world.folder, 'gate'), '');
    const call = world.call('run');
    await waitFor(() => existsSync(join(world.folder, 'gate.reached')));
    world.kill('SIGKILL');
    const { ran, before: hook } = await call;
    expect([ran, hook.exitCode]).toStrictEqual([false, 2]);
    expect(hook.elapsedMs).toBeLessThan(IN_TIME_MS);
  });

  test.each(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)(
    'does not matter to a hook that ends by %s itself: it denies',
    async (signal) => {
      const world = new HookWorld();
      await world.call('run');
      writeFileSync(join(world.folder, 'gate'), '');
      const call = world.call('run');
      await waitFor(() => existsSync(join(world.folder, 'gate.reached')));
      world.killHooks(signal);
      const { ran, before: hook } = await call;
      expect([ran, hook.exitCode]).toStrictEqual([false, 2]);
      rmSync(join(world.folder, 'gate'));
      await waitFor(() => world.record().length >= 2);
      expect(world.record().filter((one) => one === 'outcome performed')).toHaveLength(1);
    },
  );
});

describe('within its deadline a hook denies', () => {
  test('where the daemon hangs', async () => {
    const world = new HookWorld();
    await world.call('run');
    world.kill('SIGSTOP');
    world.deadlineMs = SHORT_MS;
    const { ran, before: hook } = await world.call('run');
    expect([ran, hook.exitCode]).toStrictEqual([false, 2]);
    expect(hook.elapsedMs).toBeLessThan(IN_TIME_MS);
    world.kill('SIGCONT');
  });

  test('where the disk is full', async (context) => {
    const disk = smallDisk();
    if (disk instanceof Error) return context.skip(`${disk.message}: hooks on a full disk were not tested`);
    const world = new HookWorld(disk);
    await world.call('run');
    fillDisk(disk);
    const call = (round: number): ReturnType<HookWorld['call']> =>
      world.call('run', { round, words: 'word '.repeat(200 * 1024) });
    let last = await call(0);
    for (let round = 1; last.ran && round < 30; round += 1) last = await call(round);
    expect([last.ran, last.before.exitCode]).toStrictEqual([false, 2]);
    expect(last.before.stderr).not.toContain('policy');
    world.kill('SIGKILL');
    world.deadlineMs = SHORT_MS;
    const cold = await world.lets(before('run'));
    expect([cold.ran, cold.exitCode]).toStrictEqual([false, 2]);
    return undefined;
  }, 120_000);

  test('where the host says fifty megabytes, most of which it does not even read', async () => {
    const world = new HookWorld();
    const end = await world.lets(before('run', { tool_input: { words: 'x'.repeat(50 * 1024 * 1024) } }));
    expect([end.ran, end.exitCode]).toStrictEqual([false, 2]);
    expect(end.stderr).toContain('8 MiB');
    expect(end.taken).toBeLessThan(12 * 1024 * 1024);
  });

  test.each([
    [
      'the daemon cannot be started',
      (words: readonly string[]) => [...words.slice(0, -3), '/no/such/program'],
    ],
    ['the daemon ends at once', (words: readonly string[]) => [...words.slice(0, -3), '/bin/false']],
    ['nobody says how it is started', (words: readonly string[]) => words.slice(0, -4)],
    [
      'its folder is not there',
      (words: readonly string[]) => words.map((word) => word.replace('/hook', '/nowhere/hook')),
    ],
    ['its command line says nothing', (words: readonly string[]) => words.slice(0, 1)],
  ])('where %s', async (_what, spoil) => {
    const world = new HookWorld();
    world.deadlineMs = SHORT_MS;
    const words = world.words('before');
    const { exitCode, elapsedMs } = await world.hook('before', before('run'), [
      words[0] ?? '',
      ...spoil(words).slice(1),
    ]);
    expect(exitCode).toBe(2);
    expect(elapsedMs).toBeLessThan(IN_TIME_MS);
  });
});

test('a daemon whose disk is full denies, lives whatever it has to say, and permits again once there is space', async (context) => {
  const disk = smallDisk();
  if (disk instanceof Error) return context.skip(`${disk.message}: a daemon on a full disk was not tested`);
  // The daemon as it is installed: its words go to a file on the same disk.
  const world = new HookWorld(disk, false, [CLI, 'daemon', 'run', '--config']);
  // The tools of the test's own daemon are not known to it.
  const [permits = ''] = POLICIES.split('@id("no")');
  writeFileSync(join(world.folder, 'policies/a.cedar'), permits);
  const call = (words: string): ReturnType<HookWorld['call']> => world.call('TodoWrite', { words });
  expect((await call('')).ran).toBe(true);
  const daemon = world.daemons();
  expect(daemon).toHaveLength(1);
  fillDisk(disk);
  let last = await call('word '.repeat(200 * 1024));
  for (let round = 1; last.ran && round < 30; round += 1)
    last = await call(`${round}${' word'.repeat(200 * 1024)}`);
  expect([last.ran, last.before.exitCode]).toStrictEqual([false, 2]);
  // Each of these is worth a line, for which there is no space.
  for (let line = 0; line < 200; line += 1) await answerTo(world, Buffer.alloc(64, 1));
  expect((await call('again')).ran).toBe(false);
  expect(world.daemons()).toStrictEqual(daemon);
  rmSync(join(disk, 'filler'));
  expect((await call('with space')).ran).toBe(true);
  expect(world.daemons()).toStrictEqual(daemon);
  return undefined;
}, 120_000);

describe('a hook denies where the host says', () => {
  let world: HookWorld;
  beforeAll(() => {
    world = new HookWorld(tmpdir(), true);
  });
  afterAll(() => world.end());

  test.each([
    ['nothing', ''],
    ['no JSON', '{"hook_event_name": "PreToolUse"'],
    ['two values for one name', `{"tool_name":"run",${before('run').slice(1)}`],
    ['a list', '[]'],
    ['no tool', '{"hook_event_name":"PreToolUse"}'],
    ['an event after a call in its place', before('run', { hook_event_name: 'PostToolUse' })],
    ['an event that nobody knows', before('run', { hook_event_name: 'preToolUse ' })],
    ['bytes that are no text', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ['a hundred thousand levels', `${'['.repeat(100_000)}${']'.repeat(100_000)}`],
  ])('%s', async (_what, payload) => {
    const end = await world.lets(payload);
    expect([end.ran, end.exitCode]).toStrictEqual([false, 2]);
    expect(end.stderr).not.toBe('');
  });
});

/** More than two hundred bytes. */
function longFolder(): string {
  const top = mkdtempSync(join(tmpdir(), 'writ-long-'));
  onTestFinished(() => rmSync(top, { recursive: true, force: true }));
  const folder = join(top, 'x'.repeat(200));
  mkdirSync(folder);
  return folder;
}
