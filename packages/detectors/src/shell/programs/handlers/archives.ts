/** Archives: which files go in, where they come out, and the commands that archivers run. */
import type { ShellWord } from '../../types.ts';
import { type Invocation, knownWord } from '../invocation.ts';
import { rest } from '../options.ts';
import { runShellText } from '../shell-text.ts';
import { before } from '../../strings.ts';

const TAR_RUNS = [
  '--to-command',
  '-I',
  '--use-compress-program',
  '-F',
  '--info-script',
  '--new-volume-script',
  '--rsh-command',
  '--rmt-command',
];

export function tar(inv: Invocation): void {
  for (const { value } of inv.given(...TAR_RUNS)) if (value !== undefined) runShellText(inv, value);
  for (const { value } of inv.given('--checkpoint-action')) {
    if (value === undefined) continue;
    if (value.unresolved.length > 0) inv.note('dynamic-code');
    else if (value.value.startsWith('exec=')) runShellText(inv, rest(value, 5));
  }
  // The oldest form: letters without a dash, and then their values.
  const [first, ...others] = inv.args;
  const isOld = first !== undefined && first.unresolved.length === 0 && /^[A-Za-z]+$/.test(first.value);
  const letters = isOld ? first.value : '';
  const valued = [...letters].filter((letter) => 'fCTbIXgVKLNHF'.includes(letter));
  const oldValue = (letter: string): ShellWord | undefined => {
    const at = valued.indexOf(letter);
    return at === -1 ? undefined : others[at];
  };
  const has = (letter: string, ...names: readonly string[]): boolean =>
    letters.includes(letter) || inv.has(`-${letter}`, ...names);
  const archive = oldValue('f') ?? inv.value('-f', '--file');
  const isExtracting = has('x', '--extract', '--get');
  const isListing = has('t', '--list', '--diff', '--compare') || has('d');
  if (archive !== undefined && archive.value !== '-') {
    if (/^[^/]+:/.test(archive.value) && !inv.has('--force-local'))
      inv.host({ ...archive, value: before(archive.value, /:/).replace(/^.*@/, '') }, 'ssh');
    else inv.touch(isExtracting || isListing ? 'read' : 'write', archive);
  }
  const folder = oldValue('C') ?? inv.value('-C', '--directory', '--cd');
  if (folder !== undefined) inv.enter(folder);
  const top = inv.args.find(({ value }) => value.startsWith('--one-top-level='));
  if (top !== undefined) inv.touch('write', rest(top, 16), 'below');
  const compressor = oldValue('I');
  if (compressor !== undefined) runShellText(inv, compressor);
  const files = isOld
    ? others.slice(valued.length).filter(({ value }) => !value.startsWith('-'))
    : inv.operands;
  if (isExtracting) {
    // An archive decides itself what it writes, names with `..` and absolute ones only where it is told to.
    inv.touch(
      'write',
      knownWord('.'),
      ...(has('P', '--absolute-names') ? (['variable'] as const) : (['below'] as const)),
    );
  } else if (!isListing) {
    for (const file of files) inv.touch('read', file);
    if (inv.has('--remove-files')) for (const file of files) inv.touch('delete', file);
  }
}

export function unzip(inv: Invocation): void {
  const [archive] = inv.operands;
  if (archive !== undefined) inv.touch('read', archive);
  if (inv.has('-l', '-p', '-t', '-v', '-Z')) return;
  inv.touch('write', inv.value('-d') ?? knownWord('.'), 'below');
}

export function zip(inv: Invocation): void {
  const [archive, ...files] = inv.operands;
  for (const { value } of inv.given('-TT', '--unzip-command'))
    if (value !== undefined) runShellText(inv, value);
  for (const word of inv.args) if (/^-TT./.test(word.value)) runShellText(inv, rest(word, 3));
  if (archive !== undefined && archive.value !== '-') inv.touch('write', archive);
  for (const file of files) inv.touch('read', file);
  if (inv.has('-m', '--move')) for (const file of files) inv.touch('delete', file);
}

/** `7z x archive -oFOLDER`, `ar x archive`. */
export function archive7z(inv: Invocation): void {
  const [command, archive, ...files] = inv.operands;
  if (archive === undefined) return;
  const isExtracting = /^-?[ex]/.test(command?.value ?? '');
  const isReading = isExtracting || /^-?[lpt]/.test(command?.value ?? '');
  inv.touch(isReading ? 'read' : 'write', archive);
  const folder = inv.args.find(({ value }) => /^-o./.test(value));
  if (isExtracting) inv.touch('write', folder === undefined ? knownWord('.') : rest(folder, 2), 'below');
  else if (!isReading) for (const file of files) inv.touch('read', file);
}

/** `cpio -i` unpacks what it reads; `-p` copies into a folder; `-o` packs the names it is given. */
export function cpio(inv: Invocation): void {
  if (inv.has('-o', '--create')) return inv.note('argument-file');
  if (inv.has('-t', '--list')) return;
  const [folder] = inv.operands;
  inv.touch(
    'write',
    inv.has('-p', '--pass-through') && folder !== undefined ? folder : knownWord('.'),
    inv.has('--absolute-filenames') ? 'variable' : 'below',
  );
}
