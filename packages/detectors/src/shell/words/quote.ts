import type { ShellWord } from '../types.ts';

/** Words that no shell reads otherwise than they stand. */
const PLAIN: RegExp = /^[\w@%+=:,./-]+$/;

/** `text` as one word of any POSIX shell. */
export function quoteWord(text: string): string {
  return PLAIN.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A line for people and policies: known words quoted, unknown ones as they were written. */
export function lineOf(words: readonly ShellWord[]): string {
  return words.map(({ value, unresolved }) => (unresolved.length === 0 ? quoteWord(value) : value)).join(' ');
}
