/** Which actions a policy's scope covers. */
import type { PolicyTree } from '../language/index.ts';
import { BASE_ACTIONS, TOOL_CALLS } from './base.ts';

/** The action scope of a policy: everything, or ids of actions and groups. */
export type ActionScope = 'all' | readonly string[];

/** The action scope of `policy`. */
export function actionScope({ action }: PolicyTree): ActionScope {
  switch (action.op) {
    case 'all':
      return 'all';
    case '==':
      return [action.entity.id];
    case 'in':
      return action.entities.map(({ id }) => id);
    default:
      return action satisfies never;
  }
}

/** Whether `scope` covers the action `id`; a tool is covered by the group of tool calls. */
export function covers(scope: ActionScope, id: string): boolean {
  if (scope === 'all' || scope.includes(id)) return true;
  return scope.includes(TOOL_CALLS) && !BASE_ACTIONS.has(id);
}

/** Ids in `scope` that are neither base actions nor the group of tool calls. */
export function namedTools(scope: ActionScope): readonly string[] {
  return scope === 'all' ? [] : scope.filter((id) => !BASE_ACTIONS.has(id) && id !== TOOL_CALLS);
}

/**
 * Finds the members that cover an action, in the order they stand in, as {@link covers} does, without looking at the others.
 * `scopeOf` is asked once for each member.
 */
export function indexByAction<Member>(
  members: readonly Member[],
  scopeOf: (member: Member) => ActionScope,
): (id: string) => readonly Member[] {
  const ofAll: number[] = [];
  const ofCalls: number[] = [];
  const named = new Map<string, number[]>();
  for (const [place, member] of members.entries()) {
    const scope = scopeOf(member);
    if (scope === 'all') ofAll.push(place);
    const isOfCalls = scope === 'all' || scope.includes(TOOL_CALLS);
    if (isOfCalls) ofCalls.push(place);
    for (const id of scope === 'all' ? [] : scope) {
      const places = named.get(id) ?? [];
      places.push(place);
      named.set(id, places);
    }
  }
  return (id) => {
    const wide = BASE_ACTIONS.has(id) ? ofAll : ofCalls;
    const places = new Set([...wide, ...(named.get(id) ?? [])]);
    return [...places].sort((one, other) => one - other).flatMap((place) => members[place] ?? []);
  };
}
