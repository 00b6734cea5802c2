/** Builtins that put something into variables. */
import {
  assign,
  assignEverywhere,
  both,
  type Call,
  type Engine,
  isKnown,
  type State,
  startedBy,
  UNKNOWN_HERE,
  UNKNOWN_NUMBER,
} from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { argumentsOf, type Builtin, type Note } from './builtin.ts';

const NAME: RegExp = /^[A-Za-z_]\w*/;

/** `state` once something unknown stands in the variables that `words` name; an index in a name is computed. */
function fill(state: State, words: readonly (ShellWord | undefined)[], note: Note): State {
  const names: string[] = [];
  for (const word of words) {
    if (word === undefined) continue;
    const name = NAME.exec(word.value)?.[0];
    noteIndex(word, note);
    if (name !== undefined) names.push(name);
    if (word.unresolved.length > 0 || name === undefined) names.push(...state.variables.keys());
  }
  return assignEverywhere(state, names);
}

/** An index that is not a plain number could hold a command. */
function noteIndex({ value, unresolved }: ShellWord, note: Note): void {
  if (unresolved.length > 0 ? value.includes('[') : /\[(?![\d@*]*\]$)/.test(value)) note('arithmetic-code');
}

export const read: Builtin = (_engine, call, note) => {
  const { options, rest } = argumentsOf(call.words, 'adinNptu');
  return both(fill(call.state, [...rest, options.get('a')], note));
};

export const mapfile: Builtin = (engine, call, note) => {
  const { options, rest } = argumentsOf(call.words, 'dnOsuCc');
  runCallback(engine, call, options.get('C'), note);
  return both(fill(call.state, rest, note));
};

export function runCallback(engine: Engine, call: Call, code: ShellWord | undefined, note: Note): void {
  if (code === undefined) return;
  if (!isKnown({ text: code.value, unresolved: code.unresolved })) note('dynamic-code');
  else engine.text(code.value, call.state, startedBy(call.frame, call.words[0]?.value ?? '?'));
}

export const printf: Builtin = (_engine, call, note) => {
  const { options } = argumentsOf(call.words, 'v');
  const name = options.get('v');
  return both(name === undefined ? call.state : fill(call.state, [name], note));
};

export const getopts: Builtin = (_engine, call, note) => both(fill(call.state, [call.words[2]], note));

export const wait: Builtin = (_engine, call, note) => {
  const name = argumentsOf(call.words, 'p').options.get('p');
  return both(name === undefined ? call.state : fill(call.state, [name], note));
};

/** `let` computes each of its words. */
export const letNumbers: Builtin = (_engine, call, note) => {
  let { state } = call;
  for (const { value, unresolved } of call.words.slice(1)) {
    if (unresolved.length > 0 || /[$`[]/.test(value)) note('arithmetic-code');
    for (const [name] of value.matchAll(/[A-Za-z_]\w*/g)) {
      const held = state.variables.get(name);
      if (held?.kind === 'text' && !/^\d*$/.test(held.scalar.text)) note('arithmetic-code');
      state = assign(state, name, unresolved.length > 0 ? UNKNOWN_HERE : UNKNOWN_NUMBER);
    }
  }
  return both(state);
};

/** `test -v name[index]` computes the index. */
export const testNames: Builtin = (_engine, call, note) => {
  call.words.forEach(({ value }, at) => {
    const operand = call.words[at + 1];
    if ((value === '-v' || value === '-R') && operand !== undefined) noteIndex(operand, note);
  });
  return both(call.state);
};
