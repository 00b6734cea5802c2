/** Lint tells what an author probably did not mean, and says nothing about what is well written. */
import { describe, expect, test } from 'vitest';
import { checkPolicySet } from '../check-set.ts';
import { FILE_TOOLS } from '../fixtures.ts';
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
    [
      'text that is not what it looks like',
      [
        `@id("a") permit(${READ}) when { context.args.path == "a\u202eb" };`,
        `@id("b") permit(${READ}) when { context.args.path == "c" // \u2066\n };`,
        `@id("c") permit(${READ}) when { context.args.path == "d\\u{202e}" }; // é\t`,
      ],
      ['hidden-character a', 'hidden-character b'],
    ],
    ['a permit of everything', ['@id("a") permit(principal, action, resource);'], ['over-broad a']],
    [
      'a policy that is asked on every request',
      [`@id("a") permit(${CALLS}) when { context.time > datetime("2026-01-01") };`],
      ['no-selective-scope a'],
    ],
    [
      'a status that no purpose ever has',
      [
        `@id("a") @reason("no") forbid(${READ}) when { context has purpose_status && context.purpose_status == "revoked" };`,
        `@id("b") @reason("no") forbid(${READ}) unless { context has purpose_status && "in_force" == context.purpose_status };`,
      ],
      ['unknown-status a'],
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
      'a permit of everything under a condition that always holds',
      [
        '@id("a") permit(principal is Agent, action, resource) when { context.findings.contains("x") || true } unless { 1 == 2 };',
      ],
      ['over-broad a'],
    ],
    ...[
      'context.args.size > 5 && context.args.size < 6',
      'context.args.size == 5 && context.args.size == 6',
      'context.args.size == 5 && !(context.args.size < 6)',
      '5 > context.args.size && 4 < context.args.size',
      'context.args.path == "a" && !(context.args.path == "a")',
      'context.args.path == "a" && context.args.path == "b"',
      'context.args.size > 3 && (false && context.args.size > 4)',
    ].map((text): [string, readonly string[], readonly string[]] => [
      `a policy that never applies: ${text}`,
      [`@id("a") permit(${READ}) when { ${text} };`],
      ['unreachable a'],
    ]),
    ...[
      'context.args.size > 5 && context.args.size < 7',
      'context.args.size == 5 && context.args.size <= 5',
      'context.args.size >= 5 && context.args.size <= 5',
      'context.args.path == "a" || context.args.path == "b"',
      'context.args.path != "a" && context.args.path != "b"',
    ].map((text): [string, readonly string[], readonly string[]] => [
      `nothing about what some request meets: ${text}`,
      [`@id("a") permit(${READ}) when { ${text} };`],
      [],
    ]),
    [
      'a permit that another one covers by its bounds and its conditions in another order',
      [
        `@id("a") permit(${READ}) when { context.args.size < 9 && context.args.path == "x" };`,
        `@id("b") permit(${READ}) when { context.args.path == "x" && context.args.size <= 8 };`,
      ],
      // Each covers the other: the later one is told.
      ['shadowed b'],
    ],
    [
      'a permit with a wider bound is not covered',
      [
        `@id("a") permit(${READ}) when { context.args.size < 8 };`,
        `@id("b") permit(${READ}) when { context.args.size <= 8 };`,
      ],
      ['shadowed a'],
    ],
    [
      'a permit that is always denied under the same condition, and one that is not',
      [
        `@id("a") permit(${READ}) when { context.args.size > 5 };`,
        `@id("b") permit(${READ}) when { context.args.size < 5 };`,
        `@id("c") @reason("no") forbid(${READ}) when { context.args.size > 3 };`,
      ],
      ['contradictory a'],
    ],
    [
      'a forbid that waits where another one denies',
      [
        `@id("a") @reason("no") forbid(${READ}) when { context.args.size > 3 };`,
        `@id("b") @verdict("step_up") @reason("ask") forbid(${READ}) when { context.args.size > 5 };`,
        `@id("c") @reason("no") forbid(${READ}) when { context.args.path == "x" && context.args.size > 5 };`,
      ],
      // The last one may fail where the first does not, and a forbid that fails denies.
      ['shadowed b'],
    ],
    [
      'the same twice with what it adds',
      [`@id("a") @redact("secret") permit(${READ});`, `@id("b") @redact("secret") permit(${READ});`],
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

  test('a level below the organisation may permit everything, for it only narrows', () => {
    const text = '@id("t") permit(principal, action, resource);';
    const sources = [{ name: 't.cedar', text, level: { kind: 'team', team: 'x' } as const }];
    expect(lintPolicies(checkPolicySet({ sources }).policies).findings).toEqual([]);
  });

  test('a rule of a pack is told how a pack says a reason', () => {
    const text = 'version: 1\nname: p\nrules:\n  - {id: a, deny: files/read_file}\n';
    const packs = [{ name: 'p.yaml', text }];
    const [found] = lintPolicies(checkPolicySet({ sources: [], packs, tools: FILE_TOOLS }).policies).findings;
    expect(found).toMatchObject({ rule: 'missing-reason', hint: 'write `reason: …`: what to do instead' });
  });

  test('levels are looked at each for itself', () => {
    const sources = [
      { name: 'o.cedar', text: `@id("o") permit(${READ});` },
      { name: 't.cedar', text: `@id("t") permit(${READ});`, level: { kind: 'team', team: 'x' } as const },
    ];
    expect(lintPolicies(checkPolicySet({ sources }).policies).findings).toEqual([]);
  });
});
