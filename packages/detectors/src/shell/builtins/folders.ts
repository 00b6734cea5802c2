/** `cd`, `pushd`, `popd`. */
import {
  both,
  foldersFrom,
  isKnown,
  type Outcome,
  type Scalar,
  type State,
  valueOf,
} from '../engine/index.ts';
import type { ShellWord } from '../types.ts';
import { keep } from '../words/index.ts';
import { argumentsOf, type Builtin } from './builtin.ts';

type Folders = State['cwds'];

function home(state: State): ShellWord {
  const value = valueOf(state, 'HOME');
  const scalar: Scalar = value.kind === 'text' ? value.scalar : { text: '~', unresolved: ['variable'] };
  return isKnown(scalar) && scalar.text === ''
    ? { value: '.', unresolved: [] }
    : { value: scalar.text, unresolved: scalar.unresolved };
}

function moved(state: State, cwds: Folders): State {
  const variables = new Map(state.variables);
  variables.delete('PWD');
  variables.delete('OLDPWD');
  return { ...state, variables, cwds, oldCwds: state.cwds };
}

/** `cd`: after a failure the shell stays where it is. */
export const changeFolder: Builtin = (_engine, { words, state, assignments }) => {
  const { rest } = argumentsOf(words);
  const seen = keep(state, assignments);
  const [word = home(seen)] = rest;
  const cwds =
    word.value === '-' && word.unresolved.length === 0 ? seen.oldCwds : foldersFrom(seen, word, true);
  return { success: moved(state, cwds), failure: state };
};

/** `pushd folder`; other forms turn the stack, which is not followed. */
export const pushFolder: Builtin = (_engine, { words, state }) => {
  const { options, rest } = argumentsOf(words);
  const [word] = rest;
  if (options.has('n')) return both(state);
  if (word === undefined || /^[+-]\d/.test(word.value))
    return { success: { ...moved(state, undefined), folders: [undefined] }, failure: state };
  return {
    success: {
      ...moved(state, foldersFrom(state, word, true)),
      folders: [state.cwds, ...state.folders].slice(0, 32),
    },
    failure: state,
  };
};

export const popFolder: Builtin = (_engine, { words, state }): Outcome => {
  const [top, ...others] = state.folders;
  const isPlain = words.length === 1;
  return {
    success: { ...moved(state, isPlain ? top : undefined), folders: isPlain ? others : [undefined] },
    failure: state,
  };
};
