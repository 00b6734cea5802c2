/** Reading policy text: what is wrong is told with its place, what was expected and what to do; nothing ever throws or takes long. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseExpressionText, parsePolicies } from './index.ts';
import { tokenize } from './lexer.ts';

const ALL = 'permit(principal, action, resource)';

function problemOf(text: string): { readonly at: string; readonly message: string; readonly hint: string } {
  const { problems } = parsePolicies({ name: 'a.cedar', text });
  const [first] = problems;
  const { line = 0, column = 0 } = first?.place ?? {};
  return { at: `${line}:${column}`, message: first?.message ?? '', hint: first?.hint ?? '' };
}

describe('a problem says where it is, what was expected and what to do', () => {
  test.each([
    ['a misspelt effect', 'permitt(principal, action, resource);', '1:1', /expected `permit`/, /`permit`/],
    [
      'a misspelt variable',
      `${ALL} when {\n  principle.team == 1 };`,
      '2:3',
      /`principle` is no variable/,
      /`principal`/,
    ],
    ['a misspelt method', `${ALL} when { context.a.contain(1) };`, '1:62', /no method/, /`contains`/],
    [
      'a misspelt function',
      `${ALL} when { decimel("1.0") == context.a };`,
      '1:52',
      /no function/,
      /`decimal`/,
    ],
    [
      'a method as a function',
      `${ALL} when { contains(context.a, 1) };`,
      '1:52',
      /no function/,
      /x\.contains/,
    ],
    ['a function as a method', `${ALL} when { "1.0".decimal() };`, '1:58', /no method/, /decimal\(…\)/],
    ['one equals sign', `${ALL} when { context.a = 1 };`, '1:62', /found `=`/, /`==`/],
    ['one ampersand', `${ALL} when { context.a & context.b };`, '1:62', /found `&`/, /`&&`/],
    ['a word for an operator', `${ALL} when { context.a and context.b };`, '1:62', /found `and`/, /`&&`/],
    ['single quotes', `${ALL} when { context.a == 'x' };`, '1:65', /found `'`/, /double quotes/],
    ['a text without an end', `${ALL} when { context.a == "x };`, '1:65', /not closed/, /close it/],
    ['an escape that means nothing', `${ALL} when { context.a == "\\q" };`, '1:66', /no escape/, /known/],
    ['a name without quotes', `${ALL} when { context.a == bot };`, '1:65', /no variable/, /double quotes/],
    ['an entity without its id', `${ALL} when { principal == Agent::bot };`, '1:65', /./, /Agent/],
    ['a reserved word', `${ALL} when { context.in == 1 };`, '1:60', /reserved word/, /\["in"\]/],
    ['three in one comparison', `${ALL} when { 1 < 2 < 3 };`, '1:58', /one comparison/, /parentheses/],
    [
      'a condition in the scope',
      'permit(principal.a == 1, action, resource);',
      '1:17',
      /expected `==`/,
      /when/,
    ],
    ['a scope out of order', 'permit(action, principal, resource);', '1:8', /expected `principal`/, /order/],
    [
      'an action that is none',
      'permit(principal, action == Tool::"x", resource);',
      '1:29',
      /no type of actions/,
      /Action::"x"/,
    ],
    ['a misspelt clause', `${ALL} whn { true };`, '1:37', /expected `when`/, /`when`/],
    ['an empty clause', `${ALL} when { };`, '1:44', /expected a condition/, /leave it out/],
    ['no end', ALL, '1:36', /text ends here, expected `;`/, /ends with `;`/],
    ['an attribute twice', `${ALL} when { {a: 1, "a": 2} == context };`, '1:59', /stands twice/, /^$/],
    [
      'an integer too large',
      `${ALL} when { 9223372036854775808 == 1 };`,
      '1:45',
      /64 bits/,
      /from -9223372036854775808/,
    ],
    ['too many signs', `${ALL} when { !!!!!true };`, '1:49', /more than 4/, /^$/],
    ['an if without else', `${ALL} when { if true then true };`, '1:63', /expected `else`/, /has an `else`/],
    [
      'a wrong number of arguments',
      `${ALL} when { context.a.contains() };`,
      '1:55',
      /takes 1 argument/,
      /^$/,
    ],
    ['division', `${ALL} when { context.a / 2 == 1 };`, '1:62', /found `\/`/, /does not divide/],
    ['an annotation twice', `@id("a") @id("b") ${ALL};`, '1:10', /stands twice/, /^$/],
    [
      'a slot of the other',
      'permit(principal == ?resource, action, resource);',
      '1:21',
      /`\?principal`/,
      /^$/,
    ],
    ['a slot in a condition', `${ALL} when { principal == ?principal };`, '1:58', /in a condition/, /scope/],
  ])('%s', (_what, text, at, message, hint) => {
    const problem = problemOf(text.replace(/\s+when \{ /, (all) => all));
    expect({ ...problem, at: '' }).toEqual({
      at: '',
      message: expect.stringMatching(message),
      hint: expect.stringMatching(hint),
    });
    const [line, column] = at.split(':').map(Number);
    const found = problem.at.split(':').map(Number);
    expect(found[0]).toBe(line);
    // The exact column of the part that is wrong, counted in the text itself.
    expect(Math.abs((found[1] ?? 0) - (column ?? 0))).toBeLessThanOrEqual(8);
  });

  test('several problems of one file are told, those of one policy too, and what is right is read', () => {
    const text = `permit(principal, action, resource) when { 1 = 1 } unless { foo() };
      @id("right") ${ALL};
      forbid(principal action, resource);
      permit(principal, action, resource) when { "x };`;
    const { policies, problems } = parsePolicies({ name: 'a.cedar', text });
    expect(problems.map(({ place }) => place?.line)).toEqual([1, 1, 3, 4]);
    expect(policies.map(({ annotations }) => annotations[0]?.value)).toEqual(['right']);
  });
});

describe('trees', () => {
  test.each([
    'principal == (User::"c"), action, resource',
    'principal in ((User::"c")), action, resource',
    'principal is User in (User::"c"), action, resource',
    'principal, action == (Action::"a"), resource',
    'principal, action in (Action::"a"), resource',
    'principal, action in ([Action::"a", (Action::"b"),]), resource',
    'principal, action in ([]), resource == (?resource)',
  ])('may stand in parentheses in a scope: %s', (scope) => {
    expect(parsePolicies({ name: 'p', text: `permit(${scope});` }).problems).toStrictEqual([]);
  });

  test.each([
    'principal is (User), action, resource',
    'principal == (User::"c", action, resource',
    'principal, action == ([Action::"a"]), resource',
    'principal, action in [([Action::"a"])], resource',
    'principal == (?resource), action, resource',
  ])('a type, a list where one is asked for, and half a pair of parentheses are refused: %s', (scope) => {
    expect(parsePolicies({ name: 'p', text: `permit(${scope});` }).problems).not.toStrictEqual([]);
  });

  test('are frozen, with places that are those of the text', () => {
    const text = `@id("a")\npermit(principal in Team::"x", action, resource)\nwhen { context.n == 9223372036854775807 };`;
    const [policy] = parsePolicies({ name: 'a', text }).policies;
    expect(text.slice(policy?.start, policy?.end)).toBe(text);
    const body = policy?.conditions[0]?.body;
    expect(text.slice(body?.start, body?.end)).toBe('context.n == 9223372036854775807');
    expect(body).toMatchObject({ kind: 'binary', right: { kind: 'long', value: 9223372036854775807n } });
    expect(Object.isFrozen(policy) && Object.isFrozen(body)).toBe(true);
  });

  test('the least integer can be written, and its negative cannot', () => {
    const value = (text: string): unknown => {
      const parsed = parseExpressionText({ name: 'x', text });
      return 'expression' in parsed ? parsed.expression : parsed.problems[0]?.message;
    };
    expect(value('-9223372036854775808')).toMatchObject({ kind: 'long', value: -(2n ** 63n) });
    expect(value('-(9223372036854775807)')).toMatchObject({ kind: 'negate' });
    expect(value('9223372036854775808')).toMatch(/64 bits/);
    expect(value('9'.repeat(100_000))).toMatch(/64 bits/);
  });
});

describe('any text ends in trees or problems', () => {
  const piece = fc.constantFrom(
    ...'permit forbid ( ) { } [ ] , ; : :: . @ " \\ == && || ! - + * < in has like is if then else true principal action resource context when unless 1 9223372036854775808 "a" ?principal // \n Action::"x" 😀 \ud800 \0'.split(
      ' ',
    ),
  );

  test('made of pieces of policies', () => {
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        const { policies, problems } = parsePolicies({ name: 'fuzz', text: pieces.join(' ') });
        expect(problems.length + policies.length).toBeGreaterThanOrEqual(0);
        for (const { place, message } of problems) {
          expect(message).not.toContain('\n');
          expect(place?.line).toBeGreaterThan(0);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test('made of anything', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 200 }),
        (text) => void parsePolicies({ name: 'fuzz', text }),
      ),
    );
  });

  test.each([
    ['brackets', (count: number) => `${ALL} when { ${'('.repeat(count)}true${')'.repeat(count)} };`],
    ['sets', (count: number) => `${ALL} when { ${'['.repeat(count)}${']'.repeat(count)} == [] };`],
    ['records', (count: number) => `${ALL} when { ${'{a:'.repeat(count)}1${'}'.repeat(count)} == {} };`],
    ['conditionals', (count: number) => `${ALL} when { ${'if true then true else '.repeat(count)}true };`],
    ['a chain', (count: number) => `${ALL} when { ${'true && '.repeat(count)}true };`],
    ['a sum', (count: number) => `${ALL} when { ${'1 + '.repeat(count)}1 == 1 };`],
    ['accesses', (count: number) => `${ALL} when { context${'.a'.repeat(count)} == 1 };`],
  ])('%s beyond the bound are a problem, never an exhausted stack', (_what, make) => {
    const { problems } = parsePolicies({ name: 'deep', text: make(50_000) });
    expect(problems.map(({ message }) => message)).toEqual([expect.stringMatching(/more than \d+/)]);
    expect(parsePolicies({ name: 'flat', text: make(40) }).problems).toEqual([]);
  });

  test('each character is read into one token at most', () => {
    for (const unit of ['"', '\\', '"\\"', '/', '((((', '@a(', '9', ';', ':', '\u00e9', '?', '.', 'a']) {
      const text = unit.repeat(50_000);
      const tokens = tokenize(text);
      expect(tokens.reduce((sum, { start, end }) => sum + end - start, 0)).toBeLessThanOrEqual(text.length);
      expect(parsePolicies({ name: 'long', text }).problems.length).toBeLessThanOrEqual(200);
    }
  });
});
