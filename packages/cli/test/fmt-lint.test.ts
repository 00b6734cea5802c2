// `writ policy fmt`, `lint` and `test`, with the processes that people start.
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Scratch } from './harness.ts';

let scratch: Scratch;
beforeAll(() => {
  scratch = new Scratch();
});
afterAll(() => scratch.remove());

const WRITTEN = '// Reading.\n@id("a")   permit (principal,action == Action::"files/read_file",resource);\n';
const LAID_OUT = '// Reading.\n@id("a")\npermit(principal, action == Action::"files/read_file", resource);\n';

describe('fmt', () => {
  test('writes a file in layout, tells which, and finds nothing to do the second time', () => {
    scratch.write('a.cedar', WRITTEN);
    expect(scratch.run('policy', 'fmt', 'a.cedar', '--check')).toMatchObject({
      status: 1,
      stdout: 'differs  a.cedar\n',
    });
    expect(readFileSync(join(scratch.folder, 'a.cedar'), 'utf8')).toBe(WRITTEN);
    expect(scratch.run('policy', 'fmt', 'a.cedar')).toMatchObject({
      status: 0,
      stdout: 'written  a.cedar\n',
    });
    expect(readFileSync(join(scratch.folder, 'a.cedar'), 'utf8')).toBe(LAID_OUT);
    expect(scratch.run('policy', 'fmt', 'a.cedar', '--check').status).toBe(0);
  });

  test('writes nothing at all where one file has a problem', () => {
    scratch.write('good.cedar', WRITTEN);
    scratch.write('bad.cedar', 'permit(');
    const { status, stdout } = scratch.run('policy', 'fmt', 'good.cedar', 'bad.cedar');
    expect(status).toBe(2);
    expect(stdout).toContain('bad.cedar:1:8');
    expect(readFileSync(join(scratch.folder, 'good.cedar'), 'utf8')).toBe(WRITTEN);
  });
});

describe('lint', () => {
  test('tells findings with their place, and fails where a rule is denied', () => {
    scratch.write('wide.cedar', '@id("a") permit(principal, action, resource);');
    const told = scratch.run('policy', 'lint', 'wide.cedar');
    expect(told).toMatchObject({ status: 0 });
    expect(told.stdout).toContain('over-broad  wide.cedar:1:1: policy `a`: it permits everything');
    expect(scratch.run('policy', 'lint', 'wide.cedar', '--deny', 'over-broad').status).toBe(1);
    expect(
      scratch.run('policy', 'lint', 'wide.cedar', '--deny', 'all', '--ignore', 'over-broad').status,
    ).toBe(0);
    expect(scratch.run('policy', 'lint', 'wide.cedar', '--deny', 'nope').status).toBe(2);
    expect(scratch.json('policy', 'lint', 'wide.cedar')).toMatchObject({
      findings: [{ rule: 'over-broad', policy: 'a' }],
    });
  });
});

describe('test', () => {
  const CASES = `- name: reading
  tool: files/read_file
  args: { path: /srv/a }
  expect: { verdict: allow, policies: [a] }
- name: elsewhere
  tool: files/read_file
  args: { path: /etc/a }
  expect: { verdict: deny }
`;

  test('passes where all cases do, fails where one does not, and tells what no case reaches', () => {
    scratch.write(
      't.cedar',
      '@id("a") permit(principal, action == Action::"files/read_file", resource) when { context.args.path like "/srv/*" };',
    );
    scratch.write('cases.yaml', CASES);
    const good = scratch.run('policy', 'test', 't.cedar', '--cases', 'cases.yaml', '--coverage-min', '100');
    expect(good).toMatchObject({
      status: 0,
      stdout: 'ok: 2 of 2 cases passed; 100 % of policies and conditions covered\n',
    });
    scratch.write('fewer.yaml', CASES.slice(0, CASES.indexOf('- name: elsewhere')));
    const fewer = scratch.run('policy', 'test', 't.cedar', '--cases', 'fewer.yaml', '--coverage-min', '100');
    expect(fewer.status).toBe(1);
    expect(fewer.stdout).toContain('was never both true and false');
    scratch.write('wrong.yaml', CASES.replace('verdict: deny', 'verdict: allow'));
    const wrong = scratch.run('policy', 'test', 't.cedar', '--cases', 'wrong.yaml');
    expect(wrong.status).toBe(1);
    expect(wrong.stdout).toContain(
      'expected allow, was deny: no policy permits `tools/call` on `files/read_file`',
    );
    scratch.write('bad.yaml', '- nam: x');
    expect(scratch.run('policy', 'test', 't.cedar', '--cases', 'bad.yaml').status).toBe(2);
    expect(scratch.json('policy', 'test', 't.cedar', '--cases', 'cases.yaml')).toMatchObject({
      passed: 2,
      failed: 0,
      coverage: { percent: 100 },
    });
  });
});

test('a policy set is checked, tested and linted as one, and its version is told', () => {
  for (const folder of ['organisation', 'agents/bot'])
    mkdirSync(join(scratch.folder, 'set', folder), { recursive: true });
  scratch.write('set/policy-set.yaml', 'name: acme\nversion: 4\n');
  scratch.write(
    'set/organisation/a.cedar',
    '@id("a") permit(principal, action == Action::"files/read_file", resource);',
  );
  scratch.write(
    'set/agents/bot/b.cedar',
    '@id("b") @reason("no") forbid(principal, action == Action::"files/read_file", resource);',
  );
  const checked = scratch.run('policy', 'check', 'set');
  expect(checked.status).toBe(0);
  expect(checked.stdout).toMatch(/policy set acme, version 4, identity [0-9a-f]{64}/);
  expect(scratch.json('policy', 'check', 'set')).toMatchObject({
    ok: true,
    set: { name: 'acme', version: 4 },
  });
  scratch.write(
    'level.yaml',
    `- { name: own level, tool: files/read_file, expect: { verdict: deny, policies: [b] } }
- { name: another agent, agent: other, tool: files/read_file, expect: { verdict: allow, policies: [a] } }
`,
  );
  expect(scratch.run('policy', 'test', 'set', '--cases', 'level.yaml')).toMatchObject({ status: 0 });
  expect(scratch.run('policy', 'lint', 'set', '--deny', 'all').status).toBe(0);
  expect(scratch.run('policy', 'fmt', 'set').status).toBe(0);
});

describe('import', () => {
  const RULES = `apiVersion: governance.toolkit/v1
version: "1.0"
name: test
default_action: deny
rules:
  - { name: allow-read, condition: "tool_name == 'read_file'", action: allow, priority: 10 }
`;

  test('prints Cedar that loads, and says what was lost', () => {
    scratch.write('agt.yaml', RULES);
    const flags = ['policy', 'import', 'agt.yaml', '--from', 'agt', '--server', 'files'];
    const told = scratch.run(...flags, '--out', 'imported.cedar');
    expect(told.status, told.stderr).toBe(0);
    expect(scratch.run('policy', 'check', 'imported.cedar').status).toBe(0);
    expect(scratch.run(...flags, '--out', 'imported.cedar').status).toBe(2);
    expect(scratch.json(...flags)).toMatchObject({
      cedar: expect.stringContaining('files/read_file'),
      report: expect.anything(),
    });
    expect(scratch.run('policy', 'import', 'agt.yaml', '--from', 'nope').status).toBe(2);
  });

  test('writes a whole policy set, in which limits and patterns are in force', () => {
    scratch.write(
      'agt.yaml',
      `${RULES}  - { name: no-keys, condition: { field: args.path, operator: matches, value: "[.]pem$" }, action: deny, priority: 20 }\n`,
    );
    const flags = ['policy', 'import', 'agt.yaml', '--from', 'agt', '--server', 'files', '--set', 'imported'];
    const told = scratch.run(...flags);
    expect(told.stdout, told.stderr).toContain('1 patterns');
    const request = (path: string): string =>
      JSON.stringify({
        subject: { type: 'agent', id: 'bot' },
        action: { name: 'tools/call' },
        resource: { type: 'tool', id: 'files/read_file' },
        context: { args: { path } },
      });
    const verdict = (path: string): unknown => {
      scratch.write('request.json', request(path));
      return scratch.run('decide', '--policy', 'imported', '--request', 'request.json').stdout.split('\n')[0];
    };
    expect([verdict('/a.txt'), verdict('/a.pem')]).toEqual(['allow', 'deny']);
    expect(scratch.run(...flags)).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('is there already'),
    });
  });
});

describe('test', () => {
  test('without cases says what is missing, and shows a case that tests nothing', () => {
    const here = new Scratch();
    here.write('a.cedar', '@id("pay") permit (principal, action == Action::"bank/pay", resource);\n');
    here.write('c.yaml', '- {name: typo, tool: bank/pya, expect: {verdict: deny}}\n');
    expect(here.run('policy', 'test', 'a.cedar')).toMatchObject({
      status: 2,
      stderr: expect.stringContaining('`--cases` is not given'),
    });
    expect(here.run('policy', 'test', 'a.cedar', '--cases', 'c.yaml').stdout).toContain(
      'note  typo: no tool `bank/pya` is known to the set: did you mean `bank/pay`?',
    );
    return here.remove();
  });
});

describe('packs to start from', () => {
  test('are listed, written whole, and pass their own cases over their own tools', () => {
    expect(scratch.json('policy', 'starter')).toMatchObject({
      packs: expect.arrayContaining([expect.objectContaining({ name: 'finance' })]),
    });
    expect(scratch.run('policy', 'starter', 'finance').stdout).toContain('finance/packs/finance.yaml');
    const tools = ['--tools', 'finance/tests/tools.yaml'];
    const tested = scratch.run('policy', 'test', 'finance', '--cases', 'finance/tests/cases.yaml', ...tools);
    expect(tested.status, tested.stdout + tested.stderr).toBe(0);
    const shown = scratch.run('policy', 'compile', 'finance', ...tools);
    expect(shown.stdout).toContain('@id("finance.four-eyes")');
    expect(scratch.run('policy', 'check', 'finance', ...tools).status).toBe(0);
    expect(scratch.run('policy', 'starter', 'finance').status).toBe(2);
    expect(scratch.run('policy', 'starter', 'finanse').stderr).toContain('one of coding-agent');
    expect(scratch.run('policy', 'check', 'finance', ...tools, '--data', '.').status).toBe(2);
  });
});
