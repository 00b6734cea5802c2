import { expect, test } from 'vitest';
import { checkPolicySet } from '../check-set.ts';
import { policyConditions } from './conditions.ts';

function conditionsIn(text: string): readonly (readonly [string, boolean])[] {
  const { policies, problems } = checkPolicySet({ sources: [{ name: 'main.cedar', text }] });
  expect(problems).toEqual([]);
  const [policy] = policies.slice(-1);
  if (policy === undefined) throw new Error('no policy');
  return policyConditions(policy).map(({ start, end, truth }) => [policy.text.slice(start, end), truth]);
}

test('the conditions of a policy stand where its text has them, conjuncts apart, each with what it must come to', () => {
  const text = `@id("first") permit (principal, action, resource);

// Beside it.
@id("pay")
forbid (principal, action == Action::"bank/pay", resource)
when { context.args.amount > 100 && !(context.args.currency == "EUR") }
unless { context.session.labels.contains("trusted") };`;
  expect(conditionsIn(text)).toEqual([
    ['context.args.amount > 100', true],
    ['(context.args.currency == "EUR")', false],
    ['context.session.labels.contains("trusted")', false],
  ]);
});

test('a policy that asks for nothing has none', () => {
  expect(conditionsIn('@id("all") permit (principal, action, resource);')).toEqual([]);
});
