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
