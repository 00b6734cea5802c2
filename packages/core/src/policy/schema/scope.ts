/** Which actions a policy's scope covers. */
import { isJsonObject, type JsonValue } from '../../kernel/index.ts';
import { isJsonArray, textOf } from '../json-array.ts';
import type { PolicyJson } from '../engine/index.ts';
import { BASE_ACTIONS, TOOL_CALLS } from './base.ts';

/** The action scope of a policy: everything, or ids of actions and groups. */
export type ActionScope = 'all' | readonly string[];

/** The action scope of `policy`. */
export function actionScope(policy: PolicyJson): ActionScope {
  if (policy.action['op'] === 'All') return 'all';
  const { entity, entities } = policy.action;
  const listed: readonly JsonValue[] = isJsonArray(entities) ? entities : [entity ?? null];
  return listed.map((uid) => (isJsonObject(uid) ? textOf(uid['id']) : ''));
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
