// `writ decide` and `writ policy check`: one decision as data, and problems with their places.
import { mkdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

const POLICIES = `@id("read")
permit (principal == Agent::"research-bot", action == Action::"files/read_file", resource == Server::"files");

@id("ask")
@verdict("step_up")
@reason("a person must agree")
forbid (principal, action == Action::"files/read_file", resource)
when { context.args.path like "*/private/*" };

@id("no-etc")
@reason("system files are not for agents")
forbid (principal, action, resource)
when { context has args && context.args has path && context.args.path like "/etc/*" };
`;

const request = (path: string): string =>
  JSON.stringify({
    subject: { type: 'agent', id: 'research-bot' },
    action: { name: 'tools/call' },
    resource: { type: 'tool', id: 'files/read_file' },
    context: { args: { path } },
  });

let scratch: Scratch;
beforeAll(() => {
  scratch = new Scratch();
  mkdirSync(scratch.path('policies'));
  scratch.write('policies/a.cedar', POLICIES.replace(/@id\("no-etc"\)[\s\S]*/, ''));
  scratch.write(
    'policies/b.cedar',
    '@id("no-etc")\n@reason("system files are not for agents")\nforbid (principal, action == Action::"files/read_file", resource)\nwhen { context.args.path like "/etc/*" };\n',
  );
});
afterAll(() => scratch.remove());

test.each([
  ['/srv/a', 'allow', ['read']],
  ['/srv/private/a', 'step_up', ['ask']],
  ['/etc/passwd', 'deny', ['no-etc']],
])('%s is %s, exit 0', (path, verdict, policies) => {
  const file = scratch.write('request.json', request(path));
  const { status, stdout } = scratch.run('decide', '--policy', 'policies', '--request', file, '--json');
  const answer = JSON.parse(stdout) as Record<string, unknown>;
  expect(status).toBe(0);
  expect(answer).toMatchObject({ verdict, policies });
  expect(Object.keys(answer).sort()).toEqual([
    'errors',
    'obligations',
    'policies',
    'policy_hash',
    'reasons',
    'verdict',
  ]);
  expect(answer['policy_hash']).toMatch(/^[0-9a-f]{64}$/);
});

test('without --json it says which policy, where it stands, and why', () => {
  const file = scratch.write('request.json', request('/etc/passwd'));
  const { status, stdout } = scratch.run('decide', '--policy', 'policies', '--request', file);
  expect(status).toBe(0);
  expect(stdout).toMatch(
    /^deny\n.*forbid `no-etc` \(policies\/b\.cedar:\d+\)\n {2}system files are not for agents/,
  );
});

describe('exit 2, with where and why on standard error and nothing on standard output', () => {
  test.each([
    ['a request that is not JSON', '{"subject":', 'policies', /request\.json: .*line 1, column/],
    ['a key twice', '{"subject":1,"subject":2}', 'policies', /stands twice/],
    ['an unknown field', request('/a').replace('"context"', '"contxt"'), 'policies', /contxt/],
    ['a missing field', '{}', 'policies', /subject/],
    [
      'an integer that cannot be held',
      request('/a').replace('"/a"', '9007199254740993'),
      'policies',
      /2\^53/,
    ],
    ['policies that are not there', request('/a'), 'nowhere', /no policy stands at/],
  ])('%s', (_why, text, policy, problem) => {
    const file = scratch.write('request.json', text);
    const { status, stdout, stderr } = scratch.run('decide', '--policy', policy, '--request', file, '--json');
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).toMatch(problem);
  });

  test('a request that is not there', () => {
    const { status, stderr } = scratch.run('decide', '--policy', 'policies', '--request', 'none.json');
    expect(status).toBe(2);
    expect(stderr).toContain('none.json');
  });

  test('a bad policy, with its line, column and hint', () => {
    const policy = scratch.write(
      'bad.cedar',
      '@id("x")\nforbid (principal, action, resource)\nwhen { context.sesion.id == "a" };\n',
    );
    const file = scratch.write('request.json', request('/a'));
    const { status, stderr } = scratch.run('decide', '--policy', policy, '--request', file);
    expect(status).toBe(2);
    expect(stderr).toMatch(/bad\.cedar:\d+:\d+/);
    expect(stderr).toContain('session');
  });

  test.each([[['decide']], [['frobnicate']]])('%j on the command line', (args) => {
    const { status, stderr } = scratch.run(...args);
    expect(status).toBe(2);
    expect(stderr).toMatch(/error: /);
  });
});

test('policy check prints every problem with its place, and ends with 2', () => {
  scratch.write(
    'bad.cedar',
    '@id("x")\nforbid (principal, action, resource)\nwhen { context.sesion.id == "a" };\n@id("y")\npermit (principal, action, resource;\n',
  );
  const { status, stdout } = scratch.run('policy', 'check', 'bad.cedar', '--json');
  const answer = JSON.parse(stdout) as {
    ok: boolean;
    problems: { line: number; column: number; file: string }[];
  };
  expect(status).toBe(2);
  expect(answer.ok).toBe(false);
  expect(answer.problems[0]).toMatchObject({
    file: 'bad.cedar',
    line: expect.any(Number),
    column: expect.any(Number),
  });
  expect(scratch.run('policy', 'check', 'policies').status).toBe(0);
});

test('--version prints the version alone', () => {
  expect(scratch.run('--version')).toMatchObject({
    status: 0,
    stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

test('commands show their help with exit 0', () => {
  for (const command of ['mcp', 'approvals', 'log']) {
    expect(scratch.run(command, '--help')).toMatchObject({
      status: 0,
      stdout: expect.stringContaining('Usage: writ'),
    });
  }
});

test('`help COMMAND` is the help of the command, however deep', () => {
  for (const words of [[], ['log'], ['log', 'verify'], ['policy', 'test']])
    expect(scratch.run('help', ...words)).toEqual(scratch.run(...words, '--help'));
  expect(scratch.run('help', 'lgo').status).not.toBe(0);
});

test('no help tells an empty list as a default', () => {
  for (const words of [['log', 'verify'], ['policy', 'test'], ['witness']])
    expect(scratch.run(...words, '--help').stdout).not.toContain('default: []');
  expect(scratch.run('policy', 'test', '--help').stdout).toContain('--cases <path>');
});
