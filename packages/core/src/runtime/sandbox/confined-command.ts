/** The command that runs another one confined, for whoever may rewrite what is about to run: pure, nothing is looked up. */
import { Fault } from '../../kernel/index.ts';
import type { Confinement } from '../../model/index.ts';

/** How to run it. */
export interface ConfinedCommandOptions {
  readonly confinement: Confinement;
  /** Words that start Writ; default `writ`. */
  readonly writ?: readonly string[];
  /** Shell that reads the line; default `sh`. */
  readonly shell?: string;
  /** Folders that can be written to beside what the profile lets write. */
  readonly write?: readonly string[];
  /** Names of the environment to hand on. */
  readonly environment?: readonly string[];
  /** More words for `writ run`, such as `--config FILE`. */
  readonly more?: readonly string[];
}

/** The same command as words and as a line for a POSIX shell. */
export interface ConfinedCommand {
  readonly words: readonly string[];
  readonly line: string;
}

/** What needs no quotes: nothing that a shell would read otherwise, and nothing at all is not among it. */
const PLAIN = /^[A-Za-z0-9_@%+=:,./-]+$/;

/** `line`, a command line of a shell, run confined. Throws `sandbox.failed` for one with a NUL, which no process can be given. */
export function confinedCommand(line: string, options: ConfinedCommandOptions): ConfinedCommand {
  const { confinement, writ = ['writ'], shell = 'sh', write = [], environment = [], more = [] } = options;
  const words = [
    ...writ,
    'run',
    '--profile',
    confinement,
    ...write.flatMap((folder) => ['--write', folder]),
    ...environment.flatMap((name) => ['--allow-env', name]),
    ...more,
    '--',
    shell,
    '-c',
    line,
  ];
  if (words.some((word) => word.includes('\0')))
    throw new Fault('sandbox.failed', 'a command with a NUL cannot be run');
  return { words, line: words.map(quoted).join(' ') };
}

/** One word as a POSIX shell is given it. */
export function quoted(word: string): string {
  return PLAIN.test(word) && !word.startsWith('=') ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
