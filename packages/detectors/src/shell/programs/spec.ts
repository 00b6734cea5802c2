/** How the words of a program are read, as data. */
import type { UnresolvedCode } from '../codes.ts';

/** What a word means to the program that receives it. */
export type Meaning =
  | 'text'
  | 'read'
  | 'write'
  | 'delete'
  /** Read and deleted: the source of a move. */
  | 'move'
  /** Read and written. */
  | 'update'
  /** The folder in which everything else is meant. */
  | 'folder'
  /** Text that a shell runs. */
  | 'shell'
  /** A program in another language. */
  | 'code'
  /** A file that is run. */
  | 'script'
  /** A file or module that is loaded and run. */
  | 'library'
  /** A file with further words. */
  | 'arguments'
  /** A file with settings that may run something. */
  | 'settings'
  /** `@file`, else plain text. */
  | 'at-file'
  /** `name=@file` or `name=<file`. */
  | 'form'
  | 'url'
  | 'host';

/** How a program reads its words. Names of options are listed with spaces between them. */
export interface ProgramSpec {
  /** Options that take a value, as the next word or attached. */
  readonly values?: Readonly<Record<string, Meaning>>;
  /** One-letter options whose value is only ever attached (`sed -i.bak`). */
  readonly attached?: string;
  /** One-letter options behind which digits may stand (`perl -l012e`). */
  readonly digits?: string;
  /** Options with two values, the second of which counts. */
  readonly pairs?: string;
  readonly operands?: Meaning;
  readonly first?: Meaning;
  readonly last?: Meaning;
  /** Options in whose presence there is no `first`. */
  readonly firstUnless?: string;
  /** The first operand is a subcommand. */
  readonly subcommands?: true;
  /** Options are whole words behind one dash. */
  readonly longDash?: true;
  /** Behind so many operands stands a command; options end with the first operand. */
  readonly runs?: number;
  /** Options end with the first operand. */
  readonly stops?: true;
  /** Without operands it reads a program from standard input. */
  readonly readsCode?: 'shell' | 'code';
  /** Words that begin with `+` are commands or places in a file, not files. */
  readonly plus?: true;
  /** Hold for every call. */
  readonly codes?: readonly UnresolvedCode[];
}

/** Names, separated by spaces, to what they share. */
export type SpecTable = Readonly<Record<string, ProgramSpec>>;

/** `table` by single names. */
export function byName<Item>(table: Readonly<Record<string, Item>>): ReadonlyMap<string, Item> {
  return new Map(
    Object.entries(table).flatMap(([names, item]) => names.split(' ').map((name) => [name, item] as const)),
  );
}
