/** Functions: judged where they are defined, and again with their arguments where they are called. */
import type { Function as FunctionNode } from 'unbash';
import {
  after,
  atAnyTime,
  both,
  type Call,
  deeper,
  type Engine,
  type Frame,
  type Functions,
  isKnown,
  join,
  type Outcome,
  type Scalar,
  sameValue,
  type State,
  UNKNOWN_HERE,
  valueOf,
  withEntry,
} from '../engine/index.ts';
import type { ShellWord } from '../types.ts';

export function defineFunction(engine: Engine, node: FunctionNode, state: State, frame: Frame): Outcome {
  const name = node.name.text;
  const defined: State = {
    ...state,
    functions: withEntry(state.functions, name, { bodies: [node.body], maybe: false }),
  };
  if (!frame.calls.includes(name)) {
    // Who calls it, and with what, is not known here.
    const inner = deeper(frame, { calls: [...frame.calls, name], isInFunction: true });
    runBody(engine, node.body, { ...defined, params: undefined }, inner);
  }
  return both(defined);
}

function runBody(engine: Engine, body: FunctionNode['body'], state: State, frame: Frame): Outcome {
  return body.type === 'CompoundList'
    ? engine.statements(body, state, frame)
    : engine.node(body, state, frame);
}

/** A call of a function with known bodies. */
export function callFunction(engine: Engine, call: Call, name: string, { bodies }: Functions): Outcome {
  const { frame, words } = call;
  if (frame.calls.includes(name)) {
    engine.facts.note(['recursion']);
    return both(atAnyTime(call.state));
  }
  const left: State[] = [];
  const inner = deeper(frame, {
    calls: [...frame.calls, name],
    isInFunction: true,
    left,
    via: [...frame.via, name],
  });
  const start: State = { ...call.state, params: paramsOf(words.slice(1)) };
  for (const body of bodies) {
    const end = after(runBody(engine, body, start, inner));
    if (end !== undefined) left.push(end);
  }
  const [first, ...rest] = left;
  if (first === undefined) return {};
  const end = rest.reduce(join, first);
  // In some shells a `break` in a function leaves the loop that calls it.
  frame.left.push(...left.map((state) => ({ ...state, params: call.state.params })));
  return both(forgetLocals(end, call.state));
}

/** Words as positional parameters; a word that is not known may be none or many. */
export function paramsOf(words: readonly ShellWord[]): readonly Scalar[] | undefined {
  const scalars = words.map(({ value, unresolved }): Scalar => ({ text: value, unresolved }));
  return scalars.every(isKnown) ? scalars : undefined;
}

/** What a function changed may have been local to it: unknown, unless it holds before and after. */
function forgetLocals(end: State, start: State): State {
  const variables = new Map(end.variables);
  for (const name of end.variables.keys())
    if (!sameValue(valueOf(end, name), valueOf(start, name))) variables.set(name, UNKNOWN_HERE);
  return { ...end, variables, params: start.params };
}
