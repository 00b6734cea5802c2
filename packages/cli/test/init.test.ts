// `writ init`, `writ doctor` and `writ client-config`: what a stranger types first.
import { chmodSync, existsSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { isAbsolute } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

let scratch: Scratch;
beforeEach(() => {
  scratch = new Scratch();
});
afterEach(() => scratch.remove());

describe('init', () => {
  test('writes a configuration and policies that hold, and keys that are their owner’s alone', () => {
    expect(scratch.init('--trust')).toMatchObject({ status: 0 });
    expect(scratch.run('policy', 'check', 'policies')).toMatchObject({ status: 0 });
    expect(scratch.read('writ.yaml')).toContain('trusted: true');
    const keys = readdirSync(scratch.path('.writ/keys')).toSorted();
    expect(keys.map((name) => name.replace(/[0-9a-f]{16}/, 'ID'))).toEqual([
      'approver.key',
      'body-keys.1.json',
      'kek.ID.key',
      'log.key',
    ]);
    for (const name of keys) expect(statSync(scratch.path('.writ/keys', name)).mode & 0o777).toBe(0o600);
    expect(readdirSync(scratch.path('xdg/writ/trust'))).toHaveLength(1);
    // Only the tool that says it only reads may run without a person.
    expect(scratch.read('policies/10-tools.cedar')).toContain('Action::"notes/read"');
    expect(scratch.read('policies/10-tools.cedar')).not.toContain('Action::"notes/write"');
  });

  test('leaves a folder that every command can read', () => {
    scratch.run('init', '--no-approver');
    expect(scratch.run('approvals', 'list')).toMatchObject({ status: 0, stdout: 'nothing waits\n' });
    expect(scratch.run('tools', 'list')).toMatchObject({ status: 0, stdout: 'no tool was seen yet\n' });
    expect(scratch.run('log', 'verify', '.writ')).toMatchObject({ status: 0 });
  });

  test('writes policies for a coding agent where they are asked for, and they hold', () => {
    const { status, stdout } = scratch.run('init', '--no-approver', '--coding-agent');
    expect([status, stdout]).toStrictEqual([0, expect.stringContaining('`writ hook install HOST`')]);
    expect(readdirSync(scratch.path('policies'))).toEqual([
      '10-work.cedar',
      '20-asks.cedar',
      '30-never.cedar',
      '40-confined.cedar',
    ]);
    expect(scratch.run('policy', 'check', 'policies')).toMatchObject({ status: 0 });
  });

  test('never overwrites', () => {
    scratch.init();
    const before = scratch.read('writ.yaml');
    expect(scratch.init('--trust')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('config.exists'),
    });
    expect(scratch.read('writ.yaml')).toBe(before);
  });

  test('writes nothing where the passphrase cannot be had, is too short, or the server does not start', () => {
    expect(scratch.run('init')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('--passphrase-file'),
    });
    scratch.write('short', 'short\n');
    expect(scratch.run('init', '--passphrase-file', 'short')).toMatchObject({ status: 2 });
    expect(scratch.run('init', '--no-approver', '--', 'no-such-program-here')).toMatchObject({
      status: 74,
      stderr: expect.stringContaining('was not found'),
    });
    expect(existsSync(scratch.path('writ.yaml')) || existsSync(scratch.path('.writ'))).toBe(false);
  });

  test('does not trust a server that nobody said to trust', () => {
    expect(scratch.init()).toMatchObject({ status: 0 });
    expect(scratch.read('writ.yaml')).toContain('trusted: false');
  });
});

describe('doctor', () => {
  test('fires a forbidden action through the gateway, and shows that it did not happen', () => {
    scratch.init('--trust');
    const answer = scratch.json('doctor') as { ok: boolean; checks: { check: string; status: string }[] };
    expect(answer.ok).toBe(true);
    const statuses = Object.fromEntries(answer.checks.map(({ check, status }) => [check, status]));
    expect(statuses).toMatchObject({
      'canary armed': 'ok',
      'canary denied': 'ok',
      'canary effect': 'ok',
      'canary record': 'ok',
      keys: 'ok',
      trust: 'ok',
      isolation: 'warn',
    });
  });

  test('ends with 1 where a key can be read by others', () => {
    scratch.init();
    chmodSync(scratch.path('.writ/keys/log.key'), 0o644);
    const { status, stdout } = scratch.run('doctor');
    expect(status).toBe(1);
    expect(stdout).toMatch(/FAIL {2}keys .*mode 644/);
  });
});

describe('client-config', () => {
  test('each gets absolute paths to Node, the launcher and the configuration', () => {
    scratch.run('init', '--no-approver');
    for (const name of [
      'claude-desktop',
      'claude-code',
      'cursor',
      'vscode',
      'windsurf',
      'zed',
      'cline',
      'continue',
      'gemini',
    ]) {
      const { entry } = scratch.json('client-config', name) as {
        entry: Record<string, Record<string, { command: string; args: string[] }>>;
      };
      const server = Object.values(entry)[0]?.['writ'];
      expect(isAbsolute(server?.command ?? '')).toBe(true);
      expect(server?.args).toEqual([
        expect.stringMatching(/\/bin\/writ\.js$/),
        'mcp',
        '--config',
        scratch.path('writ.yaml'),
      ]);
    }
  }, 60_000);

  test('codex gets TOML', () => {
    scratch.run('init', '--no-approver');
    expect(scratch.run('client-config', 'codex').stdout).toMatch(
      /^\[mcp_servers\.writ\]\ncommand = "\/.*"\nargs = \["\/.*writ\.js", "mcp", /,
    );
  });

  test.each([
    ['', 'it will not connect yet: `gateway.auth` does not say who may call'],
    ['gateway: {auth: {tokens: true}, listen: "127.0.0.1:0"}', 'it will not connect yet: `gateway.listen`'],
    ['gateway: {auth: {tokens: true}}', undefined],
  ])('over HTTP with `%s` it says what keeps the entry from working', (gateway, doubt) => {
    scratch.run('init', '--no-approver');
    writeFileSync(scratch.path('writ.yaml'), `${scratch.read('writ.yaml')}\n${gateway}\n`);
    const { status, stderr } = scratch.run('client-config', 'cursor', '--http');
    expect(status).toBe(0);
    if (doubt === undefined) expect(stderr).not.toContain('it will not connect');
    else expect(stderr).toContain(doubt);
  });

  test('an unknown client is refused with the nearest', () => {
    expect(scratch.run('client-config', 'cursr')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('did you mean `cursor`?'),
    });
  });
});
