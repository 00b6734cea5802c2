// Files, folders and terminals as strangers have them: each is told as what it is, with the exit code that the help names.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Finished, Scratch } from './harness.ts';

const POLICY = '@id("read") permit (principal, action == Action::"files/read", resource);\n';
const REQUEST =
  '{"subject":{"type":"agent","id":"bot"},"action":{"name":"tools/call"},"resource":{"type":"tool","id":"files/read"}}';

let scratch: Scratch;
beforeAll(() => {
  scratch = new Scratch();
  scratch.mustInit('--trust');
  scratch.write('a.cedar', POLICY);
  scratch.write('request.json', REQUEST);
  for (let count = 0; count < 3; count += 1)
    scratch.run('kill', 'agent', `a${count}`, '--reason', 'to have entries');
});
afterAll(() => scratch.remove());

/** `writ` with a shell around it. */
function shell(script: string): Finished {
  const writ = `'${Scratch.launcher}'`;
  const { status, stdout, stderr } = spawnSync('sh', ['-c', script.replaceAll('writ ', `${writ} `)], {
    cwd: scratch.folder,
    env: scratch.environment,
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

describe('a reader that stops reading', () => {
  test.each([
    ['the record', '{ writ log tail -n 100; echo $? >status; } | head -n 1'],
    [
      'the record as it grows',
      'until [ -s status ]; do writ kill agent y --reason r; done >calls & { writ log tail --follow; echo $? >status; } | head -n 1',
    ],
    [
      'the answer of a command that does something',
      '{ sleep 0.2; writ kill agent x --reason r; echo $? >status; } | true',
    ],
  ])('of %s is no defect', (_why, script) => {
    scratch.write('status', '');
    expect(shell(script)).toMatchObject({ stderr: '' });
    expect(scratch.read('status')).toBe('0\n');
  });

  test.skipIf(!existsSync('/dev/full'))('a full disk under the answer is told in one line, exit 74', () => {
    const { status, stderr } = shell('writ log show 0 --json >/dev/full');
    expect(status).toBe(74);
    expect(stderr).toMatch(/^writ: the answer cannot be written: ENOSPC[^\n]*\n$/);
  });
});

describe('decide', () => {
  test.each([
    ['a byte order mark', `\ufeff${REQUEST}`],
    ['carriage returns', REQUEST.replaceAll(',', ',\r\n')],
  ])('reads a request with %s', (_why, text) => {
    scratch.write('odd.json', text);
    expect(scratch.json('decide', '--policy', 'a.cedar', '--request', 'odd.json')).toMatchObject({
      verdict: 'allow',
    });
  });

  test('refuses a request that is not UTF-8: what was decided would not be what was asked', () => {
    writeFileSync(scratch.path('latin.json'), Buffer.from(REQUEST.replace('bot', 'b\xf6t'), 'latin1'));
    const finished = scratch.run('decide', '--policy', 'a.cedar', '--request', 'latin.json', '--json');
    expect(finished).toMatchObject({ status: 2, stdout: '', stderr: expect.stringContaining('UTF-8') });
  });

  test.each([
    ['no policy', ['decide', '--request', 'request.json'], /no policy is named/],
    ['an empty name of a policy', ['decide', '--policy', '', '--request', 'request.json'], /is empty/],
    [
      'a policy that cannot be read',
      ['decide', '--policy', 'loop.cedar', '--request', 'request.json'],
      /cannot read/,
    ],
  ])('%s: exit 2, and says so', (_why, args, problem) => {
    if (!readdirSync(scratch.folder).includes('loop.cedar'))
      symlinkSync('loop.cedar', scratch.path('loop.cedar'));
    const { status, stdout, stderr } = scratch.run(...args);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(problem);
  });
});

test.each([
  ['a proof into a folder that is not there', ['log', 'prove', '0', '--out', 'none/proof'], 74, /ENOENT/],
  ['a configuration that is a folder', ['approvals', 'list', '--config', 'policies'], 2, /cannot read/],
  ['a passphrase that is not there', ['init', '--dir', 'fresh', '--passphrase-file', 'none'], 2, /none/],
  ['a receipt of no entry', ['log', 'show', '99999'], 2, /no receipt of this log/],
])('%s is told without a stack', (_why, args, status, problem) => {
  const finished = scratch.run(...args);
  expect(finished).toMatchObject({ status, stdout: '', stderr: expect.stringMatching(problem) });
  expect(finished.stderr).not.toMatch(/\n\s+at |a defect of Writ/);
});

describe('init', () => {
  test.each([
    ['an agent without a name', ['--agent', '']],
    ['a control character in the name of the agent', ['--agent', 'a\nb']],
    ['an origin with white space', ['--origin', 'my log']],
    ['a server name in capitals', ['--name', 'Files', '--', process.execPath, '--version']],
  ])('writes nothing for %s', (_why, flags) => {
    mkdirSync(scratch.path('empty'), { recursive: true });
    expect(scratch.run('init', '--dir', 'empty', '--no-approver', ...flags)).toMatchObject({ status: 2 });
    expect(readdirSync(scratch.path('empty'))).toEqual([]);
  });

  test('into a folder that is not there yet, with spaces and letters of any script', () => {
    const server = [process.execPath, scratch.notesServer];
    const finished = scratch.run('init', '--dir', 'né w/ф', '--no-approver', '--', ...server);
    expect(finished).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('writ tools accept default'),
    });
    expect(scratch.run('policy', 'check', 'né w/ф/policies')).toMatchObject({ status: 0 });
    expect(scratch.run('client-config', 'cursor', '--config', 'né w/ф/writ.yaml').stdout).toContain(
      'né w/ф/writ.yaml',
    );
  });

  test('with an origin of one’s own names the log so', () => {
    const { origin } = scratch.json('init', '--dir', 'named', '--no-approver', '--origin', 'example.com/log');
    expect(origin).toBe('example.com/log');
    expect(scratch.read('named/writ.yaml')).toContain('origin: "example.com/log"');
  });
});

test('policy check against a data folder that knows no tool says what is missing, and one that knows quarantined ones knows them', async () => {
  const fresh = new Scratch();
  fresh.mustInit();
  expect(fresh.run('policy', 'check', 'policies', '--data', '.writ')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('start the gateway once'),
  });
  await (await fresh.gateway()).close();
  expect(fresh.run('policy', 'check', 'policies', '--data', '.writ')).toMatchObject({ status: 0 });
  await fresh.remove();
});

test('doctor fails for a data folder that was named and is not there', () => {
  expect(scratch.json('doctor', '--data', 'nowhere', '--config', 'writ.yaml')).toMatchObject({ ok: false });
});

test('a gateway whose only server ends by itself ends as one whose server cannot be started: 74', () => {
  const fresh = new Scratch();
  fresh.write('a.cedar', '@id("all") permit (principal, action, resource);');
  const flags = ['mcp', '--policy', 'a.cedar', '--data', 'other', '--name', 'notes'];
  fresh.run(...flags, '--', process.execPath, scratch.notesServer);
  expect(fresh.run(...flags, '--', 'no-such-program')).toMatchObject({ status: 74 });
  void fresh.remove();
});

test('--json prints exactly one JSON value', () => {
  const single = (...args: readonly string[]): unknown => JSON.parse(scratch.run(...args, '--json').stdout);
  expect(single('log', 'tail', '-n', '3')).toMatchObject({
    entries: [{}, {}, { index: expect.any(Number) }],
  });
  for (const args of [
    ['approvals', 'list', '--all'],
    ['tools', 'list'],
    ['log', 'show', '0'],
    ['log', 'checkpoint'],
    ['log', 'prove', '0'],
    ['log', 'verify', '.writ'],
    ['policy', 'check', 'a.cedar'],
    ['client-config', 'codex'],
    ['kill', 'agent', 'x', '--reason', 'r'],
    ['decide', '--policy', 'a.cedar', '--request', 'request.json'],
  ])
    expect(single(...args)).toBeTypeOf('object');
});
