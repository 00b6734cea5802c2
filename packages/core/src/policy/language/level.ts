/** Levels of a policy set: organisation, team, agent. Each is decided separately, and every one that concerns a principal must permit. */

/** Whose policies they are. */
export type PolicyLevel =
  | { readonly kind: 'organisation' }
  | { readonly kind: 'team'; readonly team: string }
  | { readonly kind: 'agent'; readonly agent: string };

/** The level of everything that names none. */
export const ORGANISATION: PolicyLevel = { kind: 'organisation' };

/** The key of a level, `organisation`, `team:research`, `agent:bot`; organisations sort before teams by {@link compareLevels} only. */
export function levelKey(level: PolicyLevel): string {
  switch (level.kind) {
    case 'organisation':
      return 'organisation';
    case 'team':
      return `team:${level.team}`;
    case 'agent':
      return `agent:${level.agent}`;
    default:
      return level satisfies never;
  }
}

const RANK: Readonly<Record<PolicyLevel['kind'], number>> = { organisation: 0, team: 1, agent: 2 };

/** Orders levels from the widest to the narrowest, and by name within a kind. */
export function compareLevels(left: PolicyLevel, right: PolicyLevel): number {
  const [one, other] = [levelKey(left), levelKey(right)];
  return RANK[left.kind] - RANK[right.kind] || (one < other ? -1 : one > other ? 1 : 0);
}
