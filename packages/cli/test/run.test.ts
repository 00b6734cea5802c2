// `writ run`: a command confined, under policy, with the command's own exit code; and what `writ doctor` says of it.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bubblewrapDriver } from '@writ/core/sandbox';
import { type Finished, Scratch } from './harness.ts';

const driver = bubblewrapDriver();
const { status: here, detail } = await driver.probe();
await driver.close();
const isHere = here !== 'absent' && here !== 'untested';
if (!isHere) console.warn(`SKIPPED: writ run: ${detail}`);

const POLICIES = `
@id("sandboxes") permit(principal, action in [Action::"sandbox/create", Action::"sandbox/exec", Action::"sandbox/remove"], resource)
  unless { resource has profile && resource.profile == "permissive" };
@id("no-force") @reason("history is not rewritten")
forbid(principal, action == Action::"sandbox/exec", resource) when { context.args.options.contains("--force") };
@id("ask") @verdict("step_up") forbid(principal, action == Action::"sandbox/exec", resource) when { context.args has subcommand && context.args.subcommand == "publish" };
`;

let scratch: Scratch;
beforeAll(() => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
  rmSync(scratch.path('policies'), { recursive: true });
  mkdirSync(scratch.path('policies'));
  scratch.write('policies/run.cedar', POLICIES);
  scratch.write('writ.yaml', scratch.read('writ.yaml').replace('hold: 45s', 'hold: 1s'));
});
afterAll(() => scratch.remove());

/** As `scratch.run`, while this process goes on. */
async function running(...words: readonly string[]): Promise<Finished> {
  const child = spawn(Scratch.launcher, words, { cwd: scratch.folder, env: scratch.environment });
  const [status, stdout, stderr] = await Promise.all([
    once(child, 'close').then(([code]) => code as number | null),
    text(child.stdout),
    text(child.stderr),
  ]);
  return { status, stdout, stderr };
}

describe.skipIf(!isHere)('writ run', () => {
  test.each([
    ['that succeeds', ['true'], 0],
    ['that fails', ['sh', '-c', 'exit 41'], 41],
    ['that is not there', ['no-such-program'], 127],
  ])('ends as a command %s', (_what, command, status) => {
    expect(scratch.run('run', '--', ...command).status).toBe(status);
  });

  test('gives the command’s output, writes what it writes, and hides what is Writ’s', () => {
    const { stdout, status } = scratch.run(
      'run',
      '--',
      'sh',
      '-c',
      'echo made >made; cd .w*; ls -A; cd ../p*; for f in *; do echo x >>"$f"; done; echo out',
    );
    expect([stdout, status]).toStrictEqual(['out\n', 0]);
    expect(scratch.read('made')).toBe('made\n');
    expect(scratch.read('policies/run.cedar')).toBe(POLICIES);
  });

  test('does not run what policy refuses, says so, and ends with 125', () => {
    const { status, stdout, stderr } = scratch.run(
      'run',
      '--json',
      '--',
      'sh',
      '-c',
      'touch forced',
      '--force',
    );
    expect([status, stdout]).toStrictEqual([125, '']);
    expect(stderr).toContain('History is not rewritten');
    expect(JSON.parse(stderr.trim().split('\n').at(-1) ?? '')).toMatchObject({ verdict: 'deny' });
    expect(existsSync(scratch.path('forced'))).toBe(false);
  });

  test('makes no sandbox that policy does not permit', () => {
    const { status, stderr } = scratch.run('run', '--profile', 'permissive', '--', 'touch', 'permitted');
    expect([status, existsSync(scratch.path('permitted'))]).toStrictEqual([125, false]);
    expect(stderr).toContain('sandbox/create');
  });

  test('waits for a person under one reference for the same command, and ends with 125', () => {
    const held = (): { readonly verdict: string; readonly hold?: string } =>
      JSON.parse(
        scratch.run('run', '--json', '--', 'npm', 'publish').stderr.trim().split('\n').at(-1) ?? '',
      ) as {
        verdict: string;
      };
    const [first, second] = [held(), held()];
    expect(first).toMatchObject({ verdict: 'step_up', hold: expect.any(String) as string });
    expect(second.hold).toBe(first.hold);
  });

  test.each([
    ['a folder that is not there', ['--write', '/nowhere/at/all', '--', 'true'], 'does not exist'],
    ['the whole machine', ['--write', '/', '--', 'true'], 'holds more than one project'],
    ['a proxy that does not run', ['--egress', '/nowhere.sock', '--', 'true'], 'does not listen'],
  ])('ends with 125 for %s, and says why', (_what, words, why) => {
    const { status, stderr } = scratch.run('run', ...words);
    expect([status, stderr]).toStrictEqual([125, expect.stringContaining(why)]);
  });

  test('judges what stands in the text of a shell', () => {
    const { status, stderr } = scratch.run('run', '--', 'sh', '-c', 'touch pushed; git push --force');
    expect([status, stderr]).toStrictEqual([125, expect.stringContaining('History is not rewritten')]);
    expect(existsSync(scratch.path('pushed'))).toBe(false);
  });

  test('lets no command change what the hooks of a coding agent stand in, nor see its user’s keys', async () => {
    const here = scratch.copy();
    const { status } = here.run('hook', 'install', 'claude-code', '--project', '.');
    const file = '.claude/settings.local.json';
    const before = here.read(file);
    // Named otherwise, so that it is not refused for the names alone.
    const line = `cd .c*; for f in *; do echo '{}' >"$f"; rm -f "$f"; done; cd ..; mv .c* away; find xd* -type f; true`;
    const ran = here.run('run', '--', 'sh', '-c', line);
    expect([status, ran.status, ran.stdout, here.read(file)]).toStrictEqual([0, 0, '', before]);
    expect(before).toContain('hook.cjs');
    await here.remove();
  });

  test.each([
    ['a container engine', (answer: ServerResponse) => answer.end('{"message":"page not found"}')],
    ['something that refuses as proxies do', (answer: ServerResponse) => answer.writeHead(400).end()],
  ])('gives no way to %s by its socket', async (_what, answer) => {
    const path = scratch.path('other.sock');
    const server = createServer((_request, response) => void answer(response)).listen(path);
    await once(server, 'listening');
    const { status, stderr } = await running('run', '--egress', path, '--', 'touch', 'reached');
    server.close();
    expect([status, stderr]).toStrictEqual([125, expect.stringContaining('no egress proxy of Writ’s')]);
    expect(existsSync(scratch.path('reached'))).toBe(false);
  });

  test('gives the way to an egress proxy of Writ’s that is named', async () => {
    const proxy = spawn(Scratch.launcher, ['egress', '--json', '--listen', 'unix:run/e.sock'], {
      cwd: scratch.folder,
      env: scratch.environment,
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(proxy.stdout, 'data');
    const { stdout } = await running('run', '--egress', 'run/e.sock', '--', 'sh', '-c', 'echo $HTTP_PROXY');
    proxy.kill();
    await once(proxy, 'exit');
    expect(stdout).toBe('http://127.0.0.1:3128\n');
  });

  test('hands on what it is told to of the environment, and nothing else', () => {
    const { stdout } = scratch.run('run', '--allow-env', 'NODE_COMPILE_CACHE', '--', 'env');
    expect(stdout).toContain('NODE_COMPILE_CACHE');
    expect(stdout).not.toContain('XDG_CONFIG_HOME');
  });

  test('ends a command after its time', () => {
    const { status, stderr } = scratch.run('run', '--timeout', '1s', '--', 'sleep', '600');
    expect([status, stderr]).toStrictEqual([137, expect.stringContaining('time')]);
  });

  test('hands on signals, and ends as the command then does', async () => {
    const child = spawn(
      Scratch.launcher,
      ['run', '--', 'sh', '-c', 'trap "exit 9" TERM; echo ready; while :; do sleep 0.02; done'],
      {
        cwd: scratch.folder,
        env: scratch.environment,
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'readable');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toStrictEqual([9, null]);
  });

  test('says what is wrong without a configuration', async () => {
    const bare = new Scratch();
    const { status, stderr } = bare.run('run', '--', 'true');
    await bare.remove();
    expect([status, stderr]).toStrictEqual([125, expect.stringContaining('writ.yaml')]);
  });

  test('is what the doctor tries: each forbidden effect and its refusal is shown', () => {
    const { status, stdout } = scratch.run('doctor', '--sandbox');
    expect(status).toBe(0);
    expect(stdout).toMatch(/^ok\s+sandbox bubblewrap\s+\d+ forbidden effects attempted, each refused/m);
    for (const effect of ['read a file outside', 'trace a process', 'mount', 'make a user namespace'])
      expect(stdout).toMatch(new RegExp(`refused  ${effect}: \\S`));
    expect(stdout).not.toContain('NOT REFUSED');
  });
});
