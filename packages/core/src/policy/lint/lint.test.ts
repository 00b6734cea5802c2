/** Lint tells what an author probably did not mean, and says nothing about what is well written. */
import { describe, expect, test } from 'vitest';
import { checkPolicySet } from '../check-set.ts';
import { lintPolicies } from './index.ts';

const lint = (...texts: readonly string[]): readonly string[] => {
  const { policies } = checkPolicySet({ sources: [{ name: 'a.cedar', text: texts.join('\n') }] });
  return lintPolicies(policies).findings.map(({ rule, policy }) => `${rule} ${policy}`);
};
const CALLS = 'principal, action in Action::"tools/call", resource';
const READ = 'principal, action == Action::"files/read_file", resource';

describe('lint', () => {
  test.each([
    [
      'nothing about what is well written',
      [
        `@id("a") permit(${READ});`,
        `@id("b") @reason("ask") forbid(${READ}) when { context.args.path like "/etc/*" };`,
      ],
      [],
    ],
    ['a policy without its name', [`permit(${READ});`], ['missing-id a.cedar.1']],
    [
      'a forbid without its reason',
      [`@id("a") forbid(${READ}) when { context.findings.contains("x") };`],
      ['missing-reason a'],
    ],
    ['a permit of everything', ['@id("a") permit(principal, action, resource);'], ['over-broad a']],
    [
      'a policy that is asked on every request',
      [`@id("a") permit(${CALLS}) when { context.time > datetime("2026-01-01") };`],
      ['no-selective-scope a'],
    ],
    [
      'a policy that an index finds',
      [
        `@id("a") permit(${CALLS}) when { context.purpose == "x" };`.replace(
          'context.purpose',
          'context has purpose && context.purpose',
        ),
      ],
      [],
    ],
    [
      'a permit that is always denied',
      [
        `@id("a") permit(principal == Agent::"bot", action == Action::"files/read_file", resource);`,
        `@id("b") @reason("no") forbid(${READ});`,
      ],
      ['contradictory a'],
    ],
    [
      'a forbid that waits denies nothing',
      [`@id("a") permit(${READ});`, `@id("b") @verdict("step_up") @reason("ask") forbid(${READ});`],
      [],
    ],
    [
      'a narrower permit beside a wider one',
      [
        `@id("a") permit(${READ});`,
        `@id("b") permit(principal == Agent::"bot", action == Action::"files/read_file", resource) when { context.findings.contains("x") };`,
      ],
      ['shadowed b'],
    ],
    [
      'a narrower permit that redacts does something',
      [
        `@id("a") permit(${READ});`,
        `@id("b") @redact("secret") permit(principal == Agent::"bot", action == Action::"files/read_file", resource);`,
      ],
      [],
    ],
    [
      'the same twice',
      [
        `@id("a") permit(${READ}) when { context.findings.contains("x") };`,
        `@id("b") permit(${READ}) when { context.findings.contains("x") };`,
      ],
      ['duplicate b'],
    ],
    [
      'a policy that is only watched',
      [`@id("a") permit(${READ});`, `@id("b") @mode("audit") permit(${READ});`],
      [],
    ],
  ])('%s', (_what, texts, expected) => {
    expect(lint(...texts)).toEqual(expected);
  });

  test('levels are looked at each for itself', () => {
    const sources = [
      { name: 'o.cedar', text: `@id("o") permit(${READ});` },
      { name: 't.cedar', text: `@id("t") permit(${READ});`, level: { kind: 'team', team: 'x' } as const },
    ];
    expect(lintPolicies(checkPolicySet({ sources }).policies).findings).toEqual([]);
  });
});
