/** Cases fail where the set answers otherwise, and coverage tells what no case reaches. */
import { describe, expect, test } from 'vitest';
import { FILE_TOOLS } from '../fixtures.ts';
import { parseCases, type PolicyCase, runCases } from './index.ts';

const POLICIES = `@id("read") permit(principal, action == Action::"files/read_file", resource) when { context.args.path like "/srv/*" };
@id("ask") @verdict("step_up") forbid(principal, action == Action::"files/write_file", resource) when { context.findings.contains("secret") && context.args.path != "/tmp/x" };
@id("write") @redact("secret") permit(principal, action == Action::"files/write_file", resource);`;

const run = (cases: readonly PolicyCase[]) =>
  runCases({ sources: [{ name: 'a.cedar', text: POLICIES }], tools: FILE_TOOLS, mode: 'strict' }, cases);

const read = (path: string, verdict: 'allow' | 'deny'): PolicyCase => ({
  name: path,
  tool: 'files/read_file',
  args: { path },
  expect: { verdict },
});

describe('running cases', () => {
  test('a case passes where verdict and all that it names are as it says', () => {
    const { results } = run([
      read('/srv/a', 'allow'),
      read('/etc/a', 'deny'),
      {
        name: 'ask',
        tool: 'files/write_file',
        args: { path: '/srv/a' },
        findings: ['secret'],
        expect: { verdict: 'step_up', policies: ['ask'], held: ['ask'], redact: ['secret'], label: [] },
      },
    ]);
    expect(results.map(({ name, failures }) => [name, failures])).toEqual([
      ['/srv/a', []],
      ['/etc/a', []],
      ['ask', []],
    ]);
  });

  test('a case fails with what was expected, what was found and why', () => {
    const { results } = run([
      { ...read('/etc/a', 'allow'), expect: { verdict: 'allow', policies: ['read'] } },
    ]);
    expect(results[0]?.failures).toEqual([
      'expected allow, was deny: no policy permits `tools/call` on `files/read_file`',
      'expected policies read, found none',
    ]);
  });

  test('a tool or an argument that is nearly one the set knows is noted, for a denial of it tests nothing', () => {
    const notesOf = (tool: string, args: PolicyCase['args'] = {}) =>
      run([{ name: 'x', tool, args, expect: { verdict: 'deny' } }]).results.flatMap(({ notes }) => notes);
    expect(notesOf('files/read_fil')).toEqual([
      'no tool `files/read_fil` is known to the set: did you mean `files/read_file`?',
    ]);
    expect(notesOf('files/read_file', { pth: '/etc/a' })).toEqual([
      'no argument `pth` is known to the set: did you mean `path`?',
    ]);
    expect(notesOf('files/read_file', { path: '/etc/a' })).toEqual([]);
    expect(notesOf('mail/send')).toEqual([]);
  });

  test('what the patterns of a set find is found for coverage too', () => {
    const text =
      "version: 1\nname: p\nrules:\n  - {id: read, allow: files/read_file}\n  - {id: key, block: files/read_file, argument: path, regex: 'pem$'}\n";
    const { results, coverage } = runCases(
      { sources: [], packs: [{ name: 'p.yaml', text }], tools: FILE_TOOLS, mode: 'strict' },
      [read('/a.txt', 'allow'), read('/a.pem', 'deny')],
    );
    expect(results.flatMap(({ failures }) => failures)).toEqual([]);
    const key = coverage.find(({ policy }) => policy === 'p.key');
    expect(key).toMatchObject({ applied: true, place: { file: 'p.yaml', line: 5 } });
    expect(key?.uncovered).toEqual([]);
  });

  test('coverage tells policies that never applied and conditions that were only ever one of both', () => {
    const before = run([read('/srv/a', 'allow')]).coverage;
    expect(before.map(({ policy, applied, conditions }) => [policy, applied, conditions])).toEqual([
      ['read', true, { covered: 0, total: 1 }],
      ['ask', false, { covered: 0, total: 2 }],
      ['write', false, { covered: 0, total: 0 }],
    ]);
    expect(before[0]?.uncovered).toEqual(['context.args.path like "/srv/*"']);
    const after = run([read('/srv/a', 'allow'), read('/etc/a', 'deny')]).coverage;
    expect(after[0]).toMatchObject({ conditions: { covered: 1, total: 1 }, uncovered: [] });
  });
});

describe('case files', () => {
  const parse = (text: string) => parseCases({ name: 'cases.yaml', text });

  test('are read strictly, each problem with its place', () => {
    expect(parse('- name: a\n  tool: files/read_file\n  expect: { verdict: allow }\n')).toEqual({
      cases: [{ name: 'a', tool: 'files/read_file', expect: { verdict: 'allow' } }],
    });
    const problems = parse('- name: a\n  tol: x\n  expect: { verdict: maybe }\n- 1\n');
    expect(problems).toMatchObject({
      problems: [
        { message: expect.stringContaining('case 1: expect.verdict'), place: { line: 3, column: 22 } },
        { message: 'case 1: `tol` is not known here', place: { line: 1 }, hint: 'did you mean `tool`?' },
        { place: { line: 4 } },
      ],
    });
  });

  test.each([
    ['no list', 'a: 1'],
    ['a key twice', '- name: a\n  name: b\n  expect: { verdict: allow }'],
    ['no YAML', '- [1'],
    ['aliases that multiply', '- &a { name: x, expect: { verdict: allow } }\n- *a'],
  ])('%s is a problem', (_what, text) => {
    expect(parse(text)).toHaveProperty('problems');
  });
});

describe('a case file as people save it', () => {
  const read = (text: string) => parseCases({ name: 'c.yaml', text });
  const CASE = '- name: a\n  tool: bank/pay\n  expect: {verdict: allow}\n';

  test('has a byte order mark and line ends of Windows', () => {
    expect(read(`\uFEFF${CASE.replaceAll('\n', '\r\n')}`)).toMatchObject({ cases: [{ tool: 'bank/pay' }] });
  });

  test.each([
    ['is no list', 'cases:\n  - name: a\n', 'the file is no list of cases', 1],
    [
      'names nothing to ask',
      CASE.replace('  tool: bank/pay\n', ''),
      'case 1: needs one of `tool`, as `server/tool`, and `action` with its `resource`',
      1,
    ],
    [
      'has a key that is not known',
      `${CASE}${CASE.replace('tool', 'tol')}`,
      'case 2: `tol` is not known here',
      4,
    ],
    [
      'is no YAML',
      `${CASE}  args: {`,
      'Flow map in block collection must be sufficiently indented and end with a }',
      4,
    ],
  ])('is refused with its place where it %s', (_what, text, message, line) => {
    const parsed = read(text);
    const problems = 'problems' in parsed ? parsed.problems : [];
    expect(problems.map((one) => [one.message, one.place?.line])).toContainEqual([message, line]);
  });
});
