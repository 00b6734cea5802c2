/** States of shells that are not the one a command stands in. */
import type { Scalar, Value } from './values.ts';
import { UNKNOWN_HERE } from './values.ts';
import type { State } from './state.ts';

/** The state of a new shell started from `state`: it inherits only what was exported. */
export function childShell(state: State, params: readonly Scalar[] | undefined): State {
  const variables = new Map<string, Value>();
  // What is not exported is what the environment says, which is unknown.
  for (const [name, value] of state.variables) if (state.exported.has(name)) variables.set(name, value);
  variables.set('IFS', { kind: 'text', scalar: { text: ' \t\n', unresolved: [] } });
  return {
    ...state,
    variables,
    odd: new Set(),
    params,
    functions: new Map([...state.functions].map(([name, { bodies }]) => [name, { bodies, maybe: true }])),
    aliases: new Map(),
  };
}

/** `state` once code has run in it that is not known: every variable may have changed. */
export function afterUnknownCode(state: State): State {
  const variables = new Map<string, Value>();
  for (const [name, value] of state.variables) variables.set(name, name === 'IFS' ? value : UNKNOWN_HERE);
  return { ...state, variables, params: undefined };
}

/** The state at an unknown later time: nothing of what changes is known. */
export function atAnyTime(state: State): State {
  return { ...afterUnknownCode(state), cwds: undefined, oldCwds: undefined, folders: [undefined] };
}
