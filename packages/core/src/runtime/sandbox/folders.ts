/** Which folders may be given to a sandbox: a folder that holds everybody's files, sockets or devices is no workspace. */
import { realpathSync, statSync } from 'node:fs';
import { dirname, isAbsolute, sep } from 'node:path';
import { Fault } from '../../kernel/index.ts';

/** Nothing in these can be given: what is there acts on the machine, or is the system that every sandbox reads. */
const NEVER_INSIDE = ['/proc', '/sys', '/dev', '/run', '/var/run', '/boot'];
/** These belong to the system: readable in every sandbox as far as it needs them, never writable. */
const NEVER_WRITTEN = ['/usr', '/etc', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** Folders of many; one of theirs can be given, they themselves cannot. */
const NEVER_WHOLE = [
  '/',
  '/home',
  '/root',
  '/tmp',
  '/var',
  '/var/tmp',
  '/var/lib',
  '/opt',
  '/srv',
  '/mnt',
  '/media',
  '/etc',
];

/** Where a folder really is. Throws `sandbox.folder` where there is none, or one that cannot be given. `home` is the caller's own. */
export function givenFolder(path: string, access: 'write' | 'read' | 'start', home: string): string {
  const real = realPath(path, access);
  const is = (one: string): boolean => real === one;
  const isInside = (one: string): boolean => real === one || real.startsWith(`${one}/`);
  if (access !== 'read' && !statSync(real).isDirectory())
    throw refused(path, 'is not a folder', 'name a folder');
  if (NEVER_INSIDE.some(isInside)) throw refused(path, 'is the machine’s', 'name another folder');
  if (access !== 'read' && NEVER_WRITTEN.some(isInside))
    throw refused(path, 'belongs to the system', 'name another folder');
  const realHome = orItself(home);
  if (NEVER_WHOLE.some(is) || is(realHome) || realHome.startsWith(real === sep ? real : `${real}/`)) {
    const hint =
      'go to a folder inside it, or name one: keys, sockets and files of others lie beside what is wanted';
    throw refused(path, 'holds more than one project', hint);
  }
  return real;
}

/** Folders from `path` up to and without `top`, which holds it; the nearest first. */
export function foldersBetween(top: string, path: string): readonly string[] {
  const above = dirname(path);
  return above === top || !above.startsWith(`${top}/`) ? [] : [above, ...foldersBetween(top, above)];
}

/** Whether `path` is `folder` or in it. Both are absolute and without links. */
export function isWithin(folder: string, path: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}

function realPath(path: string, access: string): string {
  if (!isAbsolute(path)) throw refused(path, 'is not absolute', 'name it from `/`');
  if (path.includes('\0')) throw refused(path, 'holds a NUL', 'name another folder');
  try {
    return realpathSync(path);
  } catch {
    throw refused(path, 'does not exist or cannot be reached', `make it before it is given to ${access}`);
  }
}

function orItself(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function refused(path: string, why: string, hint: string): Fault {
  return new Fault('sandbox.folder', `\`${path}\` cannot be given to a sandbox: it ${why}`, { path, hint });
}
