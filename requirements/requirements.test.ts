// Every clause that Writ claims to meet has a test, and every test named for one exists.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type Manifest, parseManifest, readManifest } from './manifest.ts';
import { manifestProblems, type ReadFile } from './problems.ts';
import { testNames } from './test-names.ts';

const ROOT = join(import.meta.dirname, '..');
const range = (first: number, last: number): number[] =>
  Array.from({ length: last - first + 1 }, (_, at) => first + at);

/** What the governed session over standard input and output owes: defects refused, the core of AARM, and the log's own standards. */
const CLAUSES = [
  ...[...range(13, 17), 20, 21, ...range(24, 36), 41, 57, 58, 60].map((n) => `writ-defect-${n}`),
  ...range(1, 6).map((n) => `AARM-1.0-R${n}`),
  ...['2.1.1', '2.1.2', '2.1.3.1', '2.1.3.2', '2.1.4.1', '2.1.4.2'].map((section) => `RFC-9162-${section}`),
];

const readRepository: ReadFile = (path) => {
  const file = join(ROOT, path);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
};

describe('the requirements', () => {
  const manifest = readManifest(import.meta.dirname);

  test('each have a test that exists, or are owed by name', () => {
    expect(manifestProblems(manifest, CLAUSES, readRepository)).toStrictEqual([]);
  });

  test('that are owed are said aloud', () => {
    for (const { clause, waits } of manifest.owed) process.stderr.write(`owed: ${clause}, ${waits}\n`);
    expect(manifest.rows.length).toBeGreaterThan(manifest.owed.length);
  });
});

describe('a manifest', () => {
  const FILE = 'packages/core/src/a.test.ts';
  const files = new Map([
    [
      FILE,
      `describe('a kill', () => {
         test('ends the next call', () => {});
         test.skip('ends a call under way', () => {});
         test.each([['of an agent', 1]])('is read at once, %s', () => {});
       });`,
    ],
    [
      'packages/core/src/testing/log-contract.ts',
      "export const CONTRACT = [{ name: 'an entry keeps its bytes', run: f }];",
    ],
  ]);
  const readFile: ReadFile = (path) => files.get(path);
  const withTests = (...tests: string[]): Manifest => ({
    rows: [{ clause: 'c', behaviour: 'b', tests }],
    owed: [],
  });

  test.each([
    ['by name', `${FILE} > a kill ends the next`],
    ['by name and row', `${FILE} > is read at once | of an agent`],
    ['in a contract', 'packages/core/src/testing/log-contract.ts > an entry keeps its bytes'],
  ])('whose tests exist %s has no problems', (_how, id) => {
    expect(manifestProblems(withTests(id), ['c'], readFile)).toStrictEqual([]);
  });

  test.each([
    ['a clause without tests', [], 'c has no test'],
    [
      'a test that was renamed',
      [`${FILE} > ends the following call`],
      `c: no test in \`${FILE}\` is called \`ends the following call\``,
    ],
    [
      'one missing test among others',
      [`${FILE} > ends the next call`, `${FILE} > never was there`],
      `c: no test in \`${FILE}\` is called \`never was there\``,
    ],
    [
      'a row that was renamed',
      [`${FILE} > is read at once | of a server`],
      `c: no row in \`${FILE}\` is called \`of a server\``,
    ],
    [
      'a sentence that left its contract',
      ['packages/core/src/testing/log-contract.ts > an entry is gone'],
      'c: no test in `packages/core/src/testing/log-contract.ts` is called `an entry is gone`',
    ],
    [
      'a test that is skipped',
      [`${FILE} > ends a call under way`],
      `c: the test \`ends a call under way\` in \`${FILE}\` is not run`,
    ],
    [
      'a file that was moved',
      ['packages/core/src/b.test.ts > ends the next call'],
      'c: there is no file `packages/core/src/b.test.ts`',
    ],
    [
      'a file that holds no tests',
      ['packages/core/src/a.ts > ends the next call'],
      'c: `packages/core/src/a.ts > ends the next call` is not `path > name`',
    ],
    ['a name that fits anything', [`${FILE} > ends`], 'c: `ends` is too short to name a test'],
  ])('with %s has that problem', (_what, tests, problem) => {
    expect(manifestProblems(withTests(...tests), ['c'], readFile)).toStrictEqual([problem]);
  });

  test('that leaves a clause out, or names one twice, has that problem', () => {
    const { rows } = withTests(`${FILE} > ends the next call`);
    const owed = [{ clause: 'c', waits: 'for its test' }];
    expect(manifestProblems({ rows, owed }, ['d'], readFile)).toStrictEqual([
      'd is not spoken of',
      'c stands twice',
    ]);
  });

  test.each([
    [
      'an unknown field',
      '{"standard":"s","rows":[],"owed":[],"more":1}',
      'a.json: `more` is not a known field',
    ],
    [
      'an unknown field in a row',
      '{"standard":"s","rows":[{"clauses":"c"}],"owed":[]}',
      'a.json: rows[0]: `clauses` is not a known field',
    ],
    [
      'no behaviour',
      '{"standard":"s","rows":[{"clause":"c","tests":[]}],"owed":[]}',
      'a.json: rows[0].behaviour: not a text',
    ],
    [
      'a test that is no text',
      '{"standard":"s","rows":[{"clause":"c","behaviour":"b","tests":[1]}],"owed":[]}',
      'a.json: rows[0].tests: not a text',
    ],
    [
      'something owed without a reason',
      '{"standard":"s","rows":[],"owed":[{"clause":"c"}]}',
      'a.json: owed[0].waits: not a text',
    ],
  ])('with %s is refused', (_what, text, message) => {
    expect(() => parseManifest(text, 'a.json')).toThrow(message);
  });
});

describe('the names of tests', () => {
  const namesIn = (source: string): readonly string[] => testNames(source).map(({ name }) => name);

  test.each([
    ['a test', "test('runs', () => {});", ['runs']],
    ['its other name', 'it("runs", () => {});', ['runs']],
    [
      'groups around it',
      "describe('a', () => { describe('b', () => { test('c', f); }); test('d', f); }); test('e', f);",
      ['a b c', 'a d', 'e'],
    ],
    ['a table', "test.each([['(', ')'], [`)`, /[)'/]\\//]])('with %s', f);", ['with %s']],
    [
      'a typed table',
      "test.each<[string, () => Map<string, number>]>([\n['a', () => new Map()],\n])(\n  'with %s',\n  f);",
      ['with %s'],
    ],
    ['a table written as a template', "test.each`a | b\n${1} | ${`)`}`('with $a', f);", ['with $a']],
    [
      'a group that runs on a condition',
      "describe.runIf(found('x'))('a', () => { test('b', f); });",
      ['a b'],
    ],
    ['quotes in a title', "test('isn\\'t \"it\"', f);", ['isn\'t "it"']],
    ['a division before it', "const half = a / 2; test('a / b', f);", ['a / b']],
    ['a pattern before it', "const odd = /[/('\"]/; test('a', f);", ['a']],
  ])('are found in %s', (_what, source, names) => {
    expect(namesIn(source)).toStrictEqual(names);
  });

  test.each([
    ['a comment', "// test('a', f);\n/* it('b', f); */"],
    ['a text', 'const source = "test(\'a\', f)";'],
    ['a template', "const source = `test('a', f)`;"],
    ['a method', "pattern.test('a'); await page.it('b');"],
    ['another word', "contest('a'); testing('b'); const { test } = own;"],
  ])('are not found in %s', (_where, source) => {
    expect(namesIn(source)).toStrictEqual([]);
  });

  test.each([
    "test.skip('a', f);",
    "test.todo('a');",
    "test.fails('a', f);",
    "describe.skip('b', () => { test('a', f); });",
  ])('are idle in %s', (source) => {
    expect(testNames(source).map(({ isIdle }) => isIdle)).toStrictEqual([true]);
  });
});
