/** Refuses permits that stand on what a server claims of its own tools. */
import type { Policy, PolicyIssue } from '../language/index.ts';
import { TOOL_ATTRIBUTE } from './base.ts';

/**
 * A problem for each permit of `policies` that reads `context.tool`, or the context as a whole, which holds it. Forbids may read it: all that a forbid
 * does makes a verdict stricter, so whatever a server claims, a set permits no more than it does without those forbids.
 */
export function checkClaims(policies: readonly Policy[]): readonly PolicyIssue[] {
  return policies.flatMap((policy): readonly PolicyIssue[] => {
    if (policy.effect !== 'permit') return [];
    const read = policy.reads.context.find(({ path }) => path.length === 0 || path[0] === TOOL_ATTRIBUTE);
    if (read === undefined) return [];
    const what = ['context', ...read.path].join('.');
    const holds = read.path.length === 0 ? 'which holds what' : 'which';
    return [
      {
        code: 'policy.untrusted-attribute',
        message: `a permit reads \`${what}\`, ${holds} the tool’s own server claims`,
        place: policy.place,
        policy: policy.id,
        hint: 'permit the tool by its name, and read the claim in a forbid, which can only make it stricter',
      },
    ];
  });
}
