/** The text that a host's own shell tool runs, and the same call with another text in its place. */
import type { JsonObject } from '@writ/core';
import type { HookEvent } from '../types.ts';
import { shell } from './inputs.ts';
import { readerOf } from './tools.ts';

/** One command line of a host. */
export interface ShellCommandLine {
  /** As it was judged. */
  readonly text: string;
  /** Where it starts, absolute. */
  readonly cwd: string;
  /** The shell that the host names; absent where it names none: the text is judged as bash reads it. */
  readonly shell?: string;
  /** The arguments with `line`, for a POSIX shell, in place of the text; in the form that the host has for it. */
  readonly with: (line: string) => JsonObject;
}

/** What `event` hands to a shell; `undefined` for every tool that is not a shell of its own. Throws `request.invalid`. */
export function shellCommand({
  host,
  tool,
  input,
  cwd: start,
}: Pick<HookEvent, 'host' | 'tool' | 'input' | 'cwd'>): ShellCommandLine | undefined {
  if (readerOf(host, tool) !== shell) return undefined;
  const [touched] = shell(input);
  if (touched?.kind !== 'shell') return undefined;
  const { text, cwd = start, shell: named } = touched;
  // Where both are given it was refused above.
  const name = (input['command'] ?? null) === null ? 'cmd' : 'command';
  const isWords = Array.isArray(input[name]);
  return {
    text,
    cwd: cwd.startsWith('/') ? cwd : `${start}/${cwd}`,
    ...(named === undefined ? {} : { shell: named }),
    with: (line) => ({ ...input, [name]: isWords ? ['/bin/sh', '-c', line] : line }),
  };
}
