import { assign } from './assign.ts';
import type { Assigned } from './engine.ts';
import type { State } from './state.ts';

/** `state` with `assignments` in the environment of what is started. */
export function keepExported(state: State, assignments: readonly Assigned[]): State {
  let next = state;
  for (const { name, held } of assignments) next = assign(next, name, held);
  return { ...next, exported: new Set([...next.exported, ...assignments.map(({ name }) => name)]) };
}
