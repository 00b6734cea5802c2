/** Printing and formatting: what is printed is read back the same, and no comment is lost. */
import { describe, expect, test } from 'vitest';
import { policyToJson } from '../json/index.ts';
import { parsePolicies } from '../parser/index.ts';
import { formatPolicies, printPolicies } from './index.ts';

const parsed = (text: string) => {
  const { policies, problems } = parsePolicies({ name: 'a.cedar', text });
  expect(problems).toEqual([]);
  return policies;
};
const formatted = (text: string): string => {
  const result = formatPolicies({ name: 'a.cedar', text });
  return 'text' in result ? result.text : '';
};

describe('printing', () => {
  test.each([
    ['(1 - (2 - 3)) * 4 - -5 == --(6)', '(1 - (2 - 3)) * 4 - -5 == --(6)'],
    ['((true && false) && true) || (true || false)', 'true && false && true || (true || false)'],
    ['!(!(!(!(!true))))', '!(!!!!true)'],
    ['(if true then 1 else 2) == 3', '(if true then 1 else 2) == 3'],
    ['-(1) == -(-1)', '-(1) == -(-1)'],
    ['(principal is A in B::"x") == (1 in 2)', '(principal is A in B::"x") == (1 in 2)'],
    ['context["a b"]["if"].c has d.e', 'context["a b"]["if"].c has d.e'],
    ['{"a b": 1, c: [2,]} == context', '{ "a b": 1, c: [2] } == context'],
    ['"\\u{202e}\\n" like "\\**\\u{41}"', '"\\u{202e}\\n" like "\\**A"'],
    ['ip("::1").isInRange(ip("::/8"))', 'ip("::1").isInRange(ip("::/8"))'],
  ])('%s is printed as it is read', (written, printed) => {
    const policies = parsed(`permit(principal, action, resource) when { ${written} };`);
    const text = printPolicies(policies);
    expect(parsed(text).map(policyToJson)).toEqual(policies.map(policyToJson));
    expect(printPolicies(parsed(text))).toBe(text);
    expect(text).toContain(`when { ${printed} }`);
  });

  test('breaks lines that are long, one condition or scope part on each', () => {
    const long = `context.findings.contains("${'x'.repeat(60)}")`;
    const text = printPolicies(
      parsed(
        `@id("a") @flag forbid(principal, action in [Action::"${'y'.repeat(90)}"], resource) when { ${long} && (${long} || ${long}) };`,
      ),
    );
    expect(text.split('\n').map((line) => line.slice(0, 12))).toMatchInlineSnapshot(`
      [
        "@id("a")",
        "@flag",
        "forbid(",
        "  principal,",
        "  action in ",
        "  resource",
        ")",
        "when {",
        "  context.fi",
        "  (context.f",
        "};",
        "",
      ]
    `);
  });
});

describe('formatting', () => {
  test('keeps comments where they are, and a policy with a comment inside as it is written', () => {
    const text = `// The head.

// About the first.
@id("a")   permit (principal,action,resource)  ; // behind it
forbid(principal, action, // inside
   resource);


// The end.`;
    expect(formatted(text)).toBe(`// The head.

// About the first.
@id("a")
permit(principal, action, resource); // behind it

forbid(principal, action, // inside
   resource);

// The end.
`);
    expect(formatted(formatted(text))).toBe(formatted(text));
  });

  test('a text with problems is not formatted, and an empty one stays empty', () => {
    expect(formatPolicies({ name: 'a', text: 'permit(' })).toMatchObject({ problems: [expect.anything()] });
    expect(formatted('')).toBe('');
    expect(formatted('// only a comment')).toBe('// only a comment\n');
  });
});
