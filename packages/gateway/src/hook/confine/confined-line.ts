/** The line that a host runs in place of an agent's: the same text, in a shell in a sandbox. Pure; and what stands in such a line is found again. */
import { CONFINEMENTS, type Confinement, Fault } from '@writ/core';
import { confinedCommand, sandboxProfile } from '@writ/core/sandbox';

/** A text, and where it is to run. */
export interface ConfinedText {
  readonly text: string;
  /** As the host names it, absent where it names none. */
  readonly shell?: string;
  /** Where it starts, absolute, links resolved; in a workspace. */
  readonly folder: string;
  /** Absolute, links resolved. */
  readonly workspaces: readonly string[];
}

/** How Writ is started: absolute words that nothing is looked up for, and its configuration. */
export interface OwnWords {
  readonly writ: readonly string[];
  readonly config: string;
}

/** What would change how Node starts; the sandbox inherits nothing anyway. */
const UNSET = 'NODE_OPTIONS= NODE_EXTRA_CA_CERTS= ';
/** Shells that read `-c`, by names that are looked up in the sandbox, or in folders of the system. */
const SHELL = /^(?:\/(?:usr\/)?(?:local\/)?bin\/)?(?:sh|bash|dash|ash|zsh|ksh|mksh)$/;
/** Words as `confinedCommand` quotes them, each with the space behind it. */
const WORD = /('[^']*'(?:\\''[^']*')*|[A-Za-z0-9_@%+=:,./-]+)( |$)/y;

/** Folders besides the one that it starts in, as the profile has its own. */
export function givenFolders(
  confinement: Confinement,
  { folder, workspaces }: Pick<ConfinedText, 'folder' | 'workspaces'>,
): { readonly write: readonly string[]; readonly read: readonly string[] } {
  const others = workspaces.filter((one) => one !== folder);
  return sandboxProfile(confinement).workspace === 'write'
    ? { write: others, read: [] }
    : { write: [], read: others };
}

/** A line for a POSIX shell. Throws `sandbox.failed` for a shell that is none, and for a NUL. */
export function confinedLine(given: ConfinedText, confinement: Confinement, own: OwnWords): string {
  const { text, folder, shell = 'bash' } = given;
  if (!SHELL.test(shell))
    throw new Fault('sandbox.failed', 'the shell that the host names for it is none that can be confined');
  const { write, read } = givenFolders(confinement, given);
  const { line } = confinedCommand(text, {
    confinement,
    writ: own.writ,
    shell,
    write,
    more: ['--config', own.config, '--folder', folder, ...read.flatMap((one) => ['--read', one])],
  });
  return `${UNSET}${line}`;
}

/**
 * The text in a line that is, byte for byte, what {@link confinedLine} makes of it in this place: an agent repeats what it saw running. Anything else
 * that only looks like it is `undefined`.
 */
export function textInConfined(
  line: string,
  place: Omit<ConfinedText, 'text'>,
  own: OwnWords,
): string | undefined {
  if (!line.startsWith(UNSET)) return undefined;
  const text = wordsOf(line.slice(UNSET.length))?.at(-1);
  if (text === undefined) return undefined;
  const isOurs = CONFINEMENTS.some((one) => confinedLine({ ...place, text }, one, own) === line);
  return isOurs ? text : undefined;
}

function wordsOf(line: string): readonly string[] | undefined {
  const words: string[] = [];
  WORD.lastIndex = 0;
  while (WORD.lastIndex < line.length) {
    const [, word] = WORD.exec(line) ?? [];
    if (word === undefined) return undefined;
    words.push(word.startsWith("'") ? word.slice(1, -1).replaceAll(`'\\''`, "'") : word);
  }
  return words;
}
