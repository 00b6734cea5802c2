import { assign, type Assigned, type State, UNKNOWN_HERE } from '../engine/index.ts';
import { isSetByShell } from './lookup.ts';

/** `state` with `assignments` made. */
export function keep(state: State, assignments: readonly Assigned[]): State {
  let next = state;
  for (const { name, held } of assignments)
    next = assign(next, name, isSetByShell(name) ? UNKNOWN_HERE : held);
  return next;
}
