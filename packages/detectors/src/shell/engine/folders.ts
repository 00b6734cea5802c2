import { normalise } from '../paths/index.ts';
import type { ShellWord } from '../types.ts';
import { type State, valueOf } from './state.ts';

/** Where `word` leads as a folder, from any of those the shell may be in; undefined where that is not known. */
export function foldersFrom(state: State, word: ShellWord, isSearched = false): State['cwds'] {
  if (word.unresolved.length > 0) return undefined;
  if (word.value.startsWith('/')) return [normalise(word.value)];
  // With CDPATH a relative name is first looked for elsewhere.
  const isElsewhere = isSearched && valueOf(state, 'CDPATH').kind === 'text';
  if (isElsewhere && !/^\.\.?(?:\/|$)/.test(word.value)) return undefined;
  return state.cwds?.map((cwd) => normalise(`${cwd}/${word.value}`));
}

/** `state` in the folder that `-C` and its kind name for what a program does or starts. */
export function inFolder(state: State, word: ShellWord): State {
  return { ...state, cwds: foldersFrom(state, word) };
}
