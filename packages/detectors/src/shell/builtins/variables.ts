/** `declare` and its kind, `export`, `readonly`, `unset`. */
import { unite } from '../codes.ts';
import {
  after,
  afterUnknownCode,
  assign,
  type Assigned,
  both,
  type Call,
  type Engine,
  join,
  known,
  type Outcome,
  type State,
  textValue,
  UNKNOWN_HERE,
  unset,
  type Value,
} from '../engine/index.ts';
import { changesOf } from '../programs/index.ts';
import type { ShellWord } from '../types.ts';
import { keep } from '../words/index.ts';
import { argumentsOf, type Builtin, type Note } from './builtin.ts';

const NAMED: RegExp = /^([A-Za-z_]\w*)(\[[^\]]*\])?(\+?=)?/;

export const declare: Builtin = (engine, call, note) => {
  const { options, rest } = argumentsOf(call.words);
  return setNames(engine, { ...call, words: rest }, note, {
    isExported: options.has('x'),
    isOdd: [...'niulcrt'].some((letter) => options.has(letter)),
    isReadonly: options.has('r'),
  });
};

/** Outside a function `local` is an error, and assigns nothing. */
export const local: Builtin = (engine, call, note) => {
  const end = after(declare(engine, call, note)) ?? call.state;
  return both(call.frame.isInFunction ? end : join(call.state, end));
};

export const exportNames: Builtin = (engine, call, note) => {
  const { options, rest } = argumentsOf(call.words);
  if (options.has('f') || options.has('p')) return both(call.state);
  return setNames(engine, { ...call, words: rest }, note, {
    isExported: !options.has('n'),
    isOdd: false,
    isReadonly: false,
  });
};

export const readonlyNames: Builtin = (engine, call, note) => {
  const { rest } = argumentsOf(call.words);
  return setNames(engine, { ...call, words: rest }, note, {
    isExported: false,
    isOdd: false,
    isReadonly: true,
  });
};

interface Attributes {
  readonly isExported: boolean;
  readonly isOdd: boolean;
  readonly isReadonly: boolean;
}

function setNames(engine: Engine, call: Call, note: Note, attributes: Attributes): Outcome {
  let { state } = call;
  for (const word of call.words) {
    const named = nameOf(word, call.listed ?? []);
    if (named === undefined) {
      // `export $(cat file)`: any variable may be set to anything.
      note('environment');
      state = { ...afterUnknownCode(state), lasting: unite(state.lasting, ['environment']) };
      continue;
    }
    const { name, held } = named;
    if (hasComputedIndex(word) || (attributes.isOdd && /[$`[]/.test(word.value))) note('arithmetic-code');
    if (held !== undefined) {
      const assigned: Assigned = {
        name,
        value: word.value.slice(word.value.indexOf('=') + 1),
        unresolved: word.unresolved,
        held,
      };
      const codes = changesOf(engine, [assigned], state, call.frame);
      note(...codes);
      state = keep({ ...state, lasting: unite(state.lasting, codes) }, [assigned]);
    }
    state = withAttributes(state, name, attributes);
  }
  return both(state);
}

/** An index that is not a plain number is computed, with whatever command stands in it. */
function hasComputedIndex({ value }: ShellWord): boolean {
  const index = /^\w+\[([^=]*)/.exec(value)?.[1];
  return index !== undefined && !/^[\w@*]*\]/.test(index);
}

function withAttributes(state: State, name: string, { isExported, isOdd, isReadonly }: Attributes): State {
  let next = state;
  if (isExported) next = { ...next, exported: new Set([...next.exported, name]) };
  if (isOdd || isReadonly) next = { ...next, odd: new Set([...next.odd, name]) };
  // A number, a reference, another case: what it holds is not what was written.
  return isOdd ? assign(next, name, UNKNOWN_HERE) : next;
}

/** The name in `word` and what it is set to; undefined where the name is not known. */
function nameOf(
  { value, unresolved }: ShellWord,
  listed: readonly Assigned[],
): { readonly name: string; readonly held?: Value } | undefined {
  const match = NAMED.exec(value);
  const [, name = '', index, operator] = match ?? [];
  if (match === null || (operator === undefined && unresolved.length > 0)) return undefined;
  const held = listed.find((assigned) => assigned.name === name)?.held;
  if (held !== undefined) return { name, held };
  if (operator === undefined) return { name };
  const isPlain = operator === '=' && index === undefined && unresolved.length === 0;
  return { name, held: isPlain ? textValue(known(value.slice(match[0].length))) : UNKNOWN_HERE };
}

export const unsetNames: Builtin = (_engine, call, note) => {
  let { state } = call;
  for (const { value, unresolved } of argumentsOf(call.words).rest) {
    if (unresolved.length > 0) state = afterUnknownCode(state);
    else if (/\[(?![\d@*]*\]$)/.test(value)) note('arithmetic-code');
    else if (!state.odd.has(value))
      state = value.includes('[')
        ? assign(state, value.replace(/\[.*/s, ''), UNKNOWN_HERE)
        : unset(state, value);
  }
  return both(state);
};
