import type { UnresolvedCode } from '../codes.ts';
import type { Call, Engine, Outcome } from '../engine/index.ts';
import type { ShellWord } from '../types.ts';

/** Adds codes to the command that is being run. */
export type Note = (...codes: readonly UnresolvedCode[]) => void;

/** A builtin. The command itself is recorded already; gives what follows it. */
export type Builtin = (engine: Engine, call: Call, note: Note) => Outcome;

/** Options and what follows them, for builtins, which stop at the first word that is no option. */
export interface Arguments {
  /** Letters given, and the value of those in `valued`. */
  readonly options: ReadonlyMap<string, ShellWord | undefined>;
  readonly rest: readonly ShellWord[];
}

/** Splits the words behind a builtin; `valued` are the letters that take a value. */
export function argumentsOf(words: readonly ShellWord[], valued = ''): Arguments {
  const options = new Map<string, ShellWord | undefined>();
  let at = 1;
  for (; at < words.length; at += 1) {
    const { value, unresolved } = words[at] as ShellWord;
    if (value === '--') {
      at += 1;
      break;
    }
    if (!/^-./.test(value) || unresolved.length > 0) break;
    const letters = value.slice(1);
    for (let index = 0; index < letters.length; index += 1) {
      const letter = letters.charAt(index);
      if (!valued.includes(letter)) {
        options.set(letter, undefined);
        continue;
      }
      const attached = letters.slice(index + 1);
      if (attached !== '') options.set(letter, { value: attached, unresolved });
      else options.set(letter, words[(at += 1)]);
      break;
    }
  }
  return { options, rest: words.slice(at) };
}
