/** Policies that read how long nobody has vouched for the log. */
import { expect, test } from 'vitest';
import { guardWorld, toolCall } from '../../testing/index.ts';

const POLICIES = `permit(principal, action in Action::"tools/call", resource)
  unless { context has unwitnessed_seconds && context.unwitnessed_seconds > 60 };
permit(principal, action == Action::"results/deliver", resource)
  unless { context has unwitnessed_seconds && context.unwitnessed_seconds > 90 };`;

test.each([
  ['without witnesses', undefined, 'allow'],
  ['where they cosigned a minute ago', 60, 'allow'],
  ['where they cosigned longer ago', 61, 'deny'],
])('a policy on the age of the last cosignature %s', async (_when, seconds, verdict) => {
  const { guard } = await guardWorld({ policies: POLICIES, ports: { unwitnessedSeconds: () => seconds } });
  const enforced = await guard.enforce(toolCall('notes/read', {}), () => Promise.resolve({}));
  expect(enforced.verdict).toBe(verdict);
});

test('is asked again for the result: what took too long is withheld', async () => {
  let seconds = 1;
  const { guard } = await guardWorld({ policies: POLICIES, ports: { unwitnessedSeconds: () => seconds } });
  const enforced = await guard.enforce(toolCall('notes/read', {}), () => {
    seconds = 91;
    return Promise.resolve({ content: [] });
  });
  expect([enforced.decision.verdict, enforced.outcome]).toEqual(['allow', 'withheld']);
});
