/** `cp`, `mv`, `install`, `ln`, `dd`: where things go, the name of the source included. */
import { unite } from '../../codes.ts';
import { withLink } from '../../engine/index.ts';
import { locate } from '../../paths/index.ts';
import type { FileAccess, ShellWord } from '../../types.ts';
import type { Invocation } from '../invocation.ts';
import { rest } from '../options.ts';
import { withoutEnd } from '../../strings.ts';

interface Places {
  readonly sources: readonly ShellWord[];
  readonly target: ShellWord | undefined;
  /** The target is certainly a folder. */
  readonly isFolder: boolean;
}

function places(inv: Invocation): Places {
  const folder = inv.value('-t', '--target-directory');
  if (folder !== undefined) return { sources: inv.operands, target: folder, isFolder: true };
  const target = inv.operands.length > 1 ? inv.operands.at(-1) : undefined;
  const sources = target === undefined ? inv.operands : inv.operands.slice(0, -1);
  const isFolder = sources.length > 1 || /(?:^|\/)\.{0,2}$/.test(target?.value ?? 'x');
  return { sources, target, isFolder: isFolder && !inv.has('-T', '--no-target-directory') };
}

/** Written is the target, and what lies in it under the names of the sources where it is a folder. */
export function writeTarget(inv: Invocation, { sources, target, isFolder }: Places): readonly ShellWord[] {
  if (target === undefined) return [];
  const inside = sources.map((source): ShellWord => {
    const name = withoutEnd(source.value, '/').split('/').at(-1) ?? '';
    const isPlain = source.unresolved.length === 0 && name !== '' && name !== '.' && name !== '..';
    return isPlain
      ? { value: `${withoutEnd(target.value, '/')}/${name}`, unresolved: target.unresolved }
      : { value: target.value, unresolved: unite(target.unresolved, ['below']) };
  });
  // A folder of which it is not known where it ends may itself be what is written.
  const isCertain = isFolder && target.unresolved.length === 0;
  const written = isCertain || inv.has('-T', '--no-target-directory') ? [] : [target];
  const all = inv.has('-T', '--no-target-directory') ? [target] : [...written, ...inside];
  for (const word of all) inv.touch('write', word);
  return all;
}

function toTarget(inv: Invocation, accesses: readonly FileAccess[]): void {
  const found = places(inv);
  for (const source of found.sources) for (const access of accesses) inv.touch(access, source);
  const written = writeTarget(inv, found);
  // What was a link stays one under its new name.
  if (inv.name === 'mv' || inv.has('-a', '-d', '-P', '-R', '-r', '--archive', '--no-dereference'))
    for (const source of found.sources) for (const word of written) followLink(inv, source, word);
  if (inv.has('-s', '--symbolic-link', '-l', '--link'))
    for (const source of found.sources) for (const word of written) makeLink(inv, source, word);
}

export function copy(inv: Invocation): void {
  if (inv.name === 'install' && inv.has('-d', '--directory')) {
    for (const word of inv.operands) inv.touch('write', word);
    return;
  }
  toTarget(inv, ['read']);
}

export function move(inv: Invocation): void {
  toTarget(inv, ['read', 'delete']);
}

function followLink(inv: Invocation, source: ShellWord, target: ShellWord): void {
  const from = locate(source.value, source.unresolved, inv.state.cwds?.[0]).path;
  const moved = inv.state.links.find(({ path }) => path === from);
  if (moved === undefined) return;
  const to = locate(target.value, target.unresolved, inv.state.cwds?.[0]).path;
  inv.state = withLink(inv.state, { ...moved, path: to });
}

/** A symbolic link is read from where it lies, a hard one from here. */
function makeLink(inv: Invocation, source: ShellWord, target: ShellWord): void {
  for (const cwd of inv.state.cwds ?? [undefined]) {
    const at = locate(target.value, target.unresolved, cwd);
    const isSymbolic = inv.has('-s', '--symbolic', '--symbolic-link') || inv.name === 'symlink';
    const base =
      isSymbolic && !inv.has('-r', '--relative') ? at.path.slice(0, at.path.lastIndexOf('/')) || '/' : cwd;
    const to = locate(source.value, source.unresolved, base);
    inv.state = withLink(inv.state, {
      path: at.path,
      target: to.path,
      unresolved: unite(at.unresolved, to.unresolved),
    });
  }
}

export function link(inv: Invocation): void {
  const found = places(inv);
  const { sources } = found;
  if (found.target === undefined) {
    const [source] = sources;
    const name = source?.value.split('/').at(-1);
    if (source === undefined || name === undefined) return;
    const here = { value: name, unresolved: source.unresolved };
    inv.touch('write', here);
    return makeLink(inv, source, here);
  }
  if (!inv.has('-s', '--symbolic')) for (const source of sources) inv.touch('read', source);
  const written = writeTarget(inv, found);
  for (const source of sources) for (const word of written) makeLink(inv, source, word);
}

export function dd(inv: Invocation): void {
  for (const word of inv.args) {
    if (word.value.startsWith('if=')) inv.touch('read', rest(word, 3));
    else if (word.value.startsWith('of=')) inv.touch('write', rest(word, 3));
    else if (word.unresolved.length > 0) inv.touch('write', word);
  }
}

/** `patch` changes the files that its input names, or the one that it is given. */
export function patch(inv: Invocation): void {
  const [original, changes] = inv.operands;
  if (changes !== undefined) inv.touch('read', changes);
  if (original === undefined) inv.touch('write', { value: '.', unresolved: [] }, 'below');
  else {
    inv.touch('read', original);
    inv.touch('write', original);
  }
}

/** `mount --bind folder place`: the place then leads to the folder. */
export function mount(inv: Invocation): void {
  const isBind =
    inv.has('-B', '-R', '--bind', '--rbind', '-M', '--move') ||
    /\br?bind\b/.test(inv.value('-o')?.value ?? '');
  const [source, place] = inv.operands;
  if (!isBind || source === undefined || place === undefined) return;
  inv.touch('read', source, 'below');
  const from = locate(source.value, source.unresolved, inv.state.cwds?.[0]);
  const at = locate(place.value, place.unresolved, inv.state.cwds?.[0]);
  inv.state = withLink(inv.state, {
    path: at.path,
    target: from.path,
    unresolved: unite(at.unresolved, from.unresolved),
  });
}
