import { describe, expect, test } from 'vitest';
import { queryOf } from '../fixtures.ts';
import { renderIssue } from '../language/index.ts';
import { decideCall, PACK_TOOLS, packOf, packText, pointOfPack, toolOf } from './fixtures.ts';
import { compilePack } from './index.ts';

const ALLOW = `
- id: all
  allow: "*"`;

function problemsOf(
  text: string,
  tools: Parameters<typeof compilePack>[1] = { tools: PACK_TOOLS },
): string[] {
  return compilePack({ name: 'demo.yaml', text }, tools).problems.map(renderIssue);
}

describe('a pack', () => {
  test('becomes named policies, each under the line it comes from', () => {
    const pack = packOf(`
- id: reads
  allow: files/read_file
- id: no-deletes
  deny: files/delete_file
  reason: Deleting is for people.
  controls: [OWASP-ASI02]`);
    expect(pack.cedar).toContain(
      '// demo.yaml:7 deny\n@id("demo.no-deletes")\n@reason("Deleting is for people.")\n@control("OWASP-ASI02")\nforbid (',
    );
    expect(pack.mapping.map(({ place, path, policy }) => [place.line, path, policy])).toEqual([
      [5, 'rules[0]', 'demo.reads'],
      [5, 'rules[0]', 'demo.reads.listed'],
      [5, 'rules[0]', 'demo.reads.results'],
      [7, 'rules[1]', 'demo.no-deletes'],
    ]);
  });

  test('is nothing where it has a problem', () => {
    const pack = compilePack(
      { name: 'demo.yaml', text: packText('- id: x\n  alow: "*"') },
      { tools: PACK_TOOLS },
    );
    expect([pack.cedar, pack.patterns, pack.mapping]).toEqual(['', [], []]);
    expect(pack.problems).toHaveLength(1);
  });

  test('says its mode, and when audit ends', () => {
    const pack = packOf(ALLOW, 'mode: audit\naudit_until: 2030-01-31T00:00:00Z');
    expect([pack.mode, pack.auditUntil]).toEqual(['audit', Date.UTC(2030, 0, 31)]);
  });

  test('may name strange tools and arguments', () => {
    const tools = [toolOf('odd/if "x"\\', { 'a-b': { type: 'string' } }, ['a-b'])];
    const text = packText(`
- id: odd
  allow: 'odd/if "x"\\'
- id: odd-arg
  deny: 'odd/if "x"\\'
  where: { a-b: 'say "no" \\' }`);
    const pack = compilePack({ name: 'demo.yaml', text }, { tools });
    expect(pack.problems).toEqual([]);
    const point = pointOfPack(pack, tools);
    const call = (value: string): string =>
      point.decide(queryOf({ id: 'odd/if "x"\\', args: { 'a-b': value } })).verdict;
    expect([call('yes'), call('say "no" \\')]).toEqual(['allow', 'deny']);
  });
});

describe('a mistake is named with its place', () => {
  test.each([
    ['no version', 'name: demo\nrules: []', 'demo.yaml:1:1: the pack does not say `version: 1`'],
    ['another version', 'version: 2\nname: demo', 'demo.yaml:1:10: the pack does not say `version: 1`'],
    ['no YAML', 'version: [', 'not valid YAML'],
    ['an anchor', 'version: 1\nname: &a demo', 'an anchor stands here'],
    ['a key twice', 'version: 1\nversion: 1', 'a key stands once'],
    [
      'an unknown key',
      packText(`${ALLOW}\n  forr: { roles: [a] }`),
      'unknown key `forr` (did you mean `for`?)',
    ],
    ['no verb', packText('- id: x\n  alow: "*"'), 'the rule says none of `allow`, `deny`'],
    ['a verb that is nearly one', packText('- id: x\n  alow: "*"'), 'did you mean `allow`?'],
    ['two verbs', packText('- id: x\n  allow: "*"\n  deny: "*"'), 'the rule says `allow` and `deny`'],
    ['no id', packText('- allow: "*"'), 'the rule has no `id`'],
    [
      'an id twice',
      packText('- id: x\n  allow: "*"\n- id: x\n  deny: "*"'),
      'the id `x` stands in line 5 too',
    ],
    [
      'a tool nobody has',
      packText('- id: x\n  allow: files/raed_file'),
      'no server has the tool `files/raed_file` (did you mean `files/read_file`?)',
    ],
    [
      'an argument nobody has',
      packText('- id: x\n  constrain: bank/transfer\n  arguments: { amout: { max: 1 } }'),
      '`amout` (did you mean `amount`?)',
    ],
    [
      'a text where a number is',
      packText('- id: x\n  deny: bank/transfer\n  where: { amount: many }'),
      '`amount` is decimal, not string',
    ],
    [
      'a fraction where a whole number is',
      packText('- id: x\n  deny: bank/transfer\n  where: { count: { min: 1.5 } }'),
      '`count` is long, not decimal',
    ],
    [
      'five fractional digits',
      packText('- id: x\n  deny: bank/transfer\n  where: { amount: { min: 1.00001 } }'),
      'at most four fractional digits',
    ],
    [
      'an integer beyond 64 bits',
      packText('- id: x\n  deny: bank/transfer\n  where: { count: 9223372036854775808 }'),
      'a 64-bit integer',
    ],
    [
      'an expression that is not linear',
      packText('- id: x\n  block: files/write_file\n  argument: content\n  regex: (a)\\1'),
      'cannot be matched in linear time',
    ],
    [
      'a relative folder',
      packText('- id: x\n  paths: files/*\n  argument: path\n  only: [notes]'),
      '`notes` is not an absolute path',
    ],
    [
      'a folder with ..',
      packText('- id: x\n  paths: files/*\n  argument: path\n  only: [/srv/../etc]'),
      'is not an absolute path',
    ],
    [
      'a host with a path',
      packText('- id: x\n  domains: web/fetch\n  argument: url\n  only: [example.com/a]'),
      'is not a host',
    ],
    [
      'a host in capitals',
      packText('- id: x\n  domains: web/fetch\n  argument: url\n  only: [Example.com]'),
      'did you mean `example.com`?',
    ],
    [
      'a zone by name',
      packText('- id: x\n  hours: bank/*\n  from: "09:00"\n  to: "17:00"\n  zone: Europe/Berlin'),
      'names of zones are not known',
    ],
    [
      'hours over midnight',
      packText('- id: x\n  hours: bank/*\n  from: "22:00"\n  to: "06:00"\n  zone: UTC'),
      '`from` is not before `to`',
    ],
    ['audit without an end', packText(ALLOW, 'mode: audit'), 'mode `audit` has no end'],
    [
      'an end without audit',
      packText(ALLOW, 'audit_until: 2030-01-31T00:00:00Z'),
      '`audit_until` stands without mode `audit`',
    ],
    ['except on allow', packText(`${ALLOW}\n  except: { roles: [a] }`), '`except` stands on `allow`'],
    ['a reason of two lines', packText(`${ALLOW}\n  reason: "a\\nb"`), 'not one line'],
  ])('%s', (_why, text, expected) => {
    expect(problemsOf(text).join('\n')).toContain(expected);
  });

  test('all at once', () => {
    const rules = '- id: a\n  allow: files/nothing\n- id: b\n  dney: "*"\n- id: c\n  deny: "*"\n  were: {}';
    expect(problemsOf(packText(rules))).toHaveLength(3);
  });

  test('a glob over tools nobody knows, except for whole servers that are denied', () => {
    expect(problemsOf(packText('- id: x\n  allow: files/*'), {})[0]).toContain(
      'tools that are not known here',
    );
    expect(problemsOf(packText('- id: x\n  deny: files/delete_*'), {})[0]).toContain('not known here');
    expect(problemsOf(packText('- id: x\n  deny: files/*'), {})).toEqual([]);
  });

  test('a glob that matches nothing is a warning', () => {
    const pack = packOf('- id: x\n  deny: files/chmod_*');
    expect(pack.warnings.map(({ message }) => message)).toEqual(['`files/chmod_*` matches no tool there is']);
  });
});

describe('a tool that comes later', () => {
  const later = [...PACK_TOOLS, toolOf('files/delete_tree', { path: { type: 'string' } }, ['path'])];
  const verdict = (rules: string, mode = 'mode: strict', id = 'files/delete_tree'): string => {
    const pack = packOf(rules, mode);
    return pointOfPack(pack, later).decide(queryOf({ id, args: { path: '/srv/a' } })).verdict;
  };

  test('is not allowed by a glob of before', () => {
    expect(verdict(ALLOW)).toBe('deny');
  });

  test('is denied where a glob that restricts may mean it, even in permissive mode', () => {
    expect(verdict('- id: x\n  deny: files/delete_*', 'mode: permissive')).toBe('deny');
    expect(verdict('- id: x\n  deny: "*/delete_*"', 'mode: permissive')).toBe('deny');
    expect(
      verdict('- id: x\n  constrain: files/*\n  arguments: { path: { like: /srv/* } }', 'mode: permissive'),
    ).toBe('deny');
  });

  test('of another server is not touched', () => {
    expect(verdict('- id: x\n  deny: bank/t*', 'mode: permissive')).toBe('allow');
  });

  test('of a server that is denied whole is denied', () => {
    const pack = packOf('- id: x\n  deny: files/*', 'mode: permissive');
    const outcome = pointOfPack(pack, later).decide(queryOf({ id: 'files/delete_tree' }));
    expect(outcome.determining.map(({ id }) => id)).toEqual(['demo.x']);
  });
});

describe('what is looked for before the decision', () => {
  const pack = packOf(`
- id: all
  allow: "*"
- id: no-rm
  block: files/write_file
  argument: content
  regex: rm\\s+-[a-z]*r`);
  const write = (content: string): string =>
    decideCall(pack, 'files/write_file', { path: '/a', content }).verdict;

  test('denies a hit, and permits the rest', () => {
    expect([write('ls -l'), write('sudo rm  -fr /')]).toEqual(['allow', 'deny']);
  });

  test('denies where nobody looked', () => {
    const outcome = pointOfPack(pack).decide(
      queryOf({ id: 'files/write_file', args: { path: '/a', content: 'ls' } }),
    );
    expect([outcome.verdict, outcome.determining.map(({ id }) => id)]).toEqual(['deny', ['demo.no-rm']]);
  });

  test('is not asked of tools the rule does not mean', () => {
    expect(decideCall(pack, 'files/read_file', { path: 'rm -r' }).verdict).toBe('allow');
  });
});

test('an approval rule asks as many as it says, for as long as it says', () => {
  const pack = packOf(`
- id: all
  allow: bank/transfer
- id: big
  approve: bank/transfer
  where: { amount: { min: 100.50 } }
  approvers: [finance, ann]
  quorum: 2
  timeout: 30m`);
  const outcome = decideCall(pack, 'bank/transfer', { amount: 100.5 });
  expect(outcome.verdict).toBe('step_up');
  expect(outcome.held).toMatchObject([{ quorum: 2, approvers: ['ann', 'finance'], timeoutMs: 1_800_000 }]);
  expect(decideCall(pack, 'bank/transfer', { amount: 100.49 }).verdict).toBe('allow');
});

describe('limits', () => {
  const limits = (text: string): ReturnType<typeof compilePack> =>
    compilePack({ name: 'demo.yaml', text: `version: 1\nname: demo\nlimits:\n${text}` });

  test('are declared beside the rules, or alone', () => {
    const pack = limits(
      '  - { id: writes, kind: rate, amount: 10, per: 1m, key: [principal, tool], actions: [files/write_file] }\n  - { id: money, kind: budget, amount: 12.50, per: 1d }\n',
    );
    expect(pack.problems).toEqual([]);
    expect(pack.limits).toMatchObject([
      { id: 'writes', kind: 'rate', amount: 10, perMs: 60_000, key: ['principal', 'tool'] },
      { id: 'money', kind: 'budget', measure: 'cost', amount: 12_500_000, perMs: 86_400_000 },
    ]);
  });

  test.each([
    ['an unknown kind', '  - { id: a, kind: rat, amount: 1 }', 'demo.yaml:4:20'],
    ['a rate without a time', '  - { id: a, kind: rate, amount: 1 }', 'demo.yaml:4:5'],
    ['a duration that is none', '  - id: a\n    kind: rate\n    amount: 1\n    per: soon', 'demo.yaml:7:10'],
    ['an unknown key', '  - { id: a, kind: rate, amount: 1, per: 1s, colour: red }', 'colour'],
    [
      'an id twice',
      '  - { id: a, kind: calls, amount: 1 }\n  - { id: a, kind: calls, amount: 2 }',
      'declared twice',
    ],
    ['no list', '  id: a', '`limits` is not a list'],
  ])('%s is a problem with its place', (_why, text, expected) => {
    const { problems, limits: declared } = limits(`${text}\n`);
    expect(problems.map(renderIssue).join('\n')).toContain(expected);
    expect(declared).toEqual([]);
  });
});
