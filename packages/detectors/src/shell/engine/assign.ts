/** Setting and unsetting variables. */
import { type State, withEntry } from './state.ts';
import { UNKNOWN_HERE, type Value } from './values.ts';

/** `state` with `name` set; names with attributes hold something else than what is assigned. */
export function assign(state: State, name: string, value: Value): State {
  const held = state.odd.has(name) ? UNKNOWN_HERE : value;
  return { ...state, variables: withEntry(state.variables, name, held) };
}

/** `state` with every one of `names` set to something unknown. */
export function assignEverywhere(state: State, names: Iterable<string>, value: Value = UNKNOWN_HERE): State {
  let next = state;
  for (const name of names) next = assign(next, name, value);
  return next;
}

export function unset(state: State, name: string): State {
  const functions = new Map(state.functions);
  const definition = functions.get(name);
  // `unset x` also removes a function x where there is no variable of that name.
  if (definition !== undefined) functions.set(name, { ...definition, maybe: true });
  return { ...assign(state, name, { kind: 'unset' }), functions };
}
