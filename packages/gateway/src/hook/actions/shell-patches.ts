/** Patches in commands: `apply_patch` with its patch as a word or on standard input. */
import type { Part } from '@writ/core';
import type { ShellCommand, ShellFacts } from '@writ/detectors/shell';
import { filePart } from './file-parts.ts';
import { readPatch } from './patch.ts';
import type { Surroundings } from './surroundings.ts';
import type { Touched } from './touched.ts';
import { unreadable } from './unreadable.ts';

/** Codex takes `apply_patch` in a command for its own tool. Throws `request.invalid` for a patch that does not stand in the command as it is. */
export function patched(facts: ShellFacts, text: string, around: Surroundings): readonly Part[] {
  return facts.commands
    .filter(({ program }) => program === 'apply_patch' || program === 'applypatch')
    .flatMap((command) => {
      const folders = [command.cwd, ...(command.otherCwds ?? [])];
      const touched = patchesOf(command, facts, text).flatMap(readPatch);
      return touched.flatMap((one) =>
        one.kind === 'file' ? folders.map((folder) => patchedFile(one, folder, around)) : [],
      );
    });
}

function patchedFile({ access, path }: TouchedPath, folder: string, around: Surroundings): Part {
  // What a shell would make of it is not what stands here.
  if (/[$`\\]/.test(path)) throw unreadable('patch', 'names a file by what only the shell knows');
  const whole = path.startsWith('/') ? path : `${folder}/${path}`;
  return filePart({ access, path: whole, by: 'apply_patch', unresolved: [] }, around);
}

type TouchedPath = Extract<Touched, { readonly kind: 'file' }>;

/** The words of a command that are its patch, or the text that holds a document for its standard input. */
function patchesOf(
  { argv, pipedFrom }: ShellCommand,
  { files }: ShellFacts,
  text: string,
): readonly string[] {
  const words = argv.slice(1);
  const isFed = pipedFrom.length > 0 || files.some(({ by, access }) => by === 'shell' && access === 'read');
  if (words.some(({ unresolved }) => unresolved.length > 0) || (words.length === 0 && isFed))
    throw unreadable('patch', 'is not written out in the command');
  return words.length === 0 ? [text] : words.map(({ value }) => value);
}
