/** Which program a simple command starts: an alias, a function, a builtin, or a file. */
import { unite } from '../codes.ts';
import {
  atAnyTime,
  both,
  type Call,
  deeper,
  type Engine,
  join,
  type Outcome,
  Refusal,
  type Scalar,
  type State,
} from '../engine/index.ts';
import { builtinOf } from '../builtins/index.ts';
import { recordCommand, runProgram } from '../programs/index.ts';
import { keep } from '../words/index.ts';
import { callFunction } from './functions.ts';

/** A command of PowerShell: a verb and a noun. */
const CMDLET: RegExp = /^[A-Z][a-z]+-[A-Z][A-Za-z]+$/;

export function runCall(engine: Engine, call: Call): Outcome {
  const [program] = call.words;
  engine.budget.take(call.words.length);
  if (program === undefined) return both(call.state);
  const { value } = program;
  const name = value.slice(value.lastIndexOf('/') + 1);
  if (program.unresolved.length > 0 || name === '') {
    recordCommand(engine, call, '?');
    // It may be a builtin or a function: nothing of the shell is known any more.
    return both(atAnyTime(call.state));
  }
  if (CMDLET.test(name) && call.frame.via.length === 0) throw new Refusal('unknown-shell');
  const isBare = !value.includes('/') && call.isExternal !== true;
  if (!isBare || call.skipFunctions === true) return start(engine, call, name, isBare);

  const ends: Outcome[] = [];
  const texts = call.state.aliases.get(name);
  if (texts !== undefined && !call.frame.calls.includes(`alias ${name}`)) {
    if (texts.length === 0) engine.facts.note(['alias']);
    for (const text of texts) ends.push(runAlias(engine, call, name, text));
  }
  const functions = call.state.functions.get(name);
  if (functions !== undefined && functions.bodies.length > 0) {
    const state = keep(call.state, call.assignments);
    ends.push(callFunction(engine, { ...call, state }, name, functions));
    if (!functions.maybe) return joinOutcomes(ends);
  }
  const codes = functions === undefined ? [] : (['function'] as const);
  ends.push(start(engine, { ...call, codes: unite(call.codes ?? [], codes) }, name, true));
  return joinOutcomes(ends);
}

/** Where any of `ends` may hold. */
function joinOutcomes(ends: readonly Outcome[]): Outcome {
  const joined = (states: readonly (State | undefined)[]): State | undefined => {
    const [first, ...rest] = states.filter((state) => state !== undefined);
    return first && rest.reduce(join, first);
  };
  return {
    success: joined(ends.map(({ success }) => success)),
    failure: joined(ends.map(({ failure }) => failure)),
  };
}

/** The text of an alias with the words of the call behind it. */
function runAlias(engine: Engine, call: Call, name: string, text: string): Outcome {
  const params = call.words.slice(1).map(({ value, unresolved }): Scalar => ({ text: value, unresolved }));
  const inner = deeper(call.frame, { calls: [...call.frame.calls, `alias ${name}`] });
  const { success, failure } = engine.text(`${text} "$@"`, { ...call.state, params }, inner);
  const restore = (state: State | undefined): State | undefined =>
    state && { ...state, params: call.state.params };
  return { success: restore(success), failure: restore(failure) };
}

function start(engine: Engine, call: Call, name: string, isBare: boolean): Outcome {
  const started = recordCommand(engine, call, name);
  const builtin = isBare ? builtinOf(name) : undefined;
  if (builtin !== undefined) return builtin(engine, call, started.note);
  return both(runProgram(started));
}
