/** What files a sandbox sees, as words for bubblewrap. Later words cover earlier ones. */
import { existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { foldersBetween, isWithin } from '../folders.ts';
import { gitPrograms } from '../git-programs.ts';
import type { SandboxProfile } from '../profiles.ts';
import type { ProtectedPath } from '../types.ts';
import { EGRESS_SOCKET, HOME } from './places.ts';
import type { RunFolder } from './run-folder.ts';

/** Folders of programs and libraries; links where `/usr` holds all of them. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32'];
/** What programs read of `/etc`. Accounts, names and everything with secrets are not among them. */
const ETC = [
  'alternatives',
  'bash.bashrc',
  'ca-certificates',
  'ca-certificates.conf',
  'crypto-policies',
  'debian_version',
  'fonts',
  'inputrc',
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'localtime',
  'magic',
  'mime.types',
  'os-release',
  'pki/ca-trust',
  'pki/tls/certs',
  'pki/tls/cert.pem',
  'pki/tls/openssl.cnf',
  'protocols',
  'services',
  'shells',
  'ssl/certs',
  'ssl/openssl.cnf',
  'ssl/cert.pem',
  'terminfo',
  'timezone',
];
/** Settings of the kernel, of which root is the owner even without any right: read-only, whoever the sandbox is. */
const KERNEL_SETTINGS = ['/proc/sys', '/proc/irq', '/proc/bus', '/proc/fs', '/proc/sysrq-trigger'];
/** What the kernel tells root of itself and of others. */
const KERNEL_SECRETS = [
  '/proc/kcore',
  '/proc/keys',
  '/proc/key-users',
  '/proc/kallsyms',
  '/proc/timer_list',
  '/proc/kmsg',
];
const MIB = 1024 * 1024;

/** Everything that decides the view. Paths are real ones. */
export interface View {
  readonly profile: SandboxProfile;
  readonly folder: string;
  readonly write: readonly string[];
  readonly read: readonly string[];
  readonly protect: readonly ProtectedPath[];
  /** Folders of the caller's `PATH`. */
  readonly path: readonly string[];
  readonly egressSocket?: string;
}

/** The words. Throws what the file system says of a path that vanished meanwhile. */
export function viewWords(view: View, run: RunFolder): readonly string[] {
  const { profile, folder, write, read, egressSocket } = view;
  const size = String(profile.maxTmpMb * MIB);
  const memory = (path: string, mode: string): readonly string[] => [
    '--perms',
    mode,
    '--size',
    size,
    '--tmpfs',
    path,
  ];
  const readable = [
    ...profile.system.filter((path) => existsSync(path)).map((path) => realpathSync(path)),
    ...pathFolders(view),
    ...read,
    ...(write.some((one) => isWithin(one, folder)) ? [] : [folder]),
  ];
  return [
    ...SYSTEM.flatMap(systemWords),
    ...ETC.flatMap((name) => ['--ro-bind-try', `/etc/${name}`, `/etc/${name}`]),
    ...run.etc.flatMap(([name, file]) => ['--ro-bind', file, `/etc/${name}`]),
    '--proc',
    '/proc',
    '--dev',
    '/dev',
    ...KERNEL_SETTINGS.filter((path) => existsSync(path)).flatMap((path) => ['--ro-bind', path, path]),
    ...KERNEL_SECRETS.filter((path) => existsSync(path)).flatMap((path) => [
      '--ro-bind',
      run.emptyFile,
      path,
    ]),
    '--remount-ro',
    '/dev',
    ...memory('/dev/shm', '1777'),
    ...memory('/tmp', '1777'),
    ...memory(HOME, '0700'),
    '--symlink',
    '../tmp',
    '/var/tmp',
    // Those that hold others come first, so that none covers what it holds.
    ...[
      ...readable.map((path) => ({ path, word: '--ro-bind' })),
      ...write.map((path) => ({ path, word: '--bind' })),
    ]
      .sort((left, right) => left.path.length - right.path.length)
      .flatMap(({ path, word }) => [word, path, path]),
    ...maskWords(view, run),
    ...(egressSocket === undefined ? [] : ['--ro-bind', egressSocket, EGRESS_SOCKET]),
    '--remount-ro',
    '/',
  ];
}

/** `PATH` inside: the system's, and the caller's own folders where the profile shows them. */
export function searchPath(view: Pick<View, 'profile' | 'path'>): string {
  const system = ['/usr/local/bin', '/usr/bin', '/bin', '/usr/local/sbin', '/usr/sbin', '/sbin'];
  return [...new Set([...pathFolders(view), ...system])].join(':');
}

function pathFolders({ profile, path }: Pick<View, 'profile' | 'path'>): readonly string[] {
  if (!profile.showsPath) return [];
  const isOfSystem = (one: string): boolean =>
    [...SYSTEM, ...profile.system].some((folder) => isWithin(folder, one));
  return [...new Set(path)].flatMap((one) => {
    try {
      const real = realpathSync(one);
      // A folder that every program may write to, or that holds more than programs, is not shown because it stands in PATH.
      return isOfSystem(real) || !statSync(real).isDirectory() || !/\/s?bin$/.test(real) ? [] : [real];
    } catch {
      return [];
    }
  });
}

function systemWords(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  return lstatSync(path).isSymbolicLink()
    ? ['--symlink', readlinkSync(path), path]
    : ['--ro-bind', path, path];
}

/** Something in a folder that can be written to, which is hidden or cannot be changed. */
interface Mask {
  readonly path: string;
  readonly words: readonly string[];
}

/**
 * Masks over what was given. The folders above each become mounts of their own first: a mount cannot be renamed, so nothing is moved from under what
 * covers it. INVARIANT: all of these come before all masks, for each of them would uncover what an earlier mask in it hides.
 */
function maskWords({ write, read, folder, profile, protect }: View, run: RunFolder): readonly string[] {
  const given = [...write, ...read, folder];
  const masks = [
    ...(profile.changesGit ? [] : write.flatMap(gitPrograms).map(readOnly)),
    ...protect.flatMap((one) => protectedMask(one, run)),
  ]
    .filter(({ path }) => given.some((one) => isWithin(one, path)))
    .sort((left, right) => left.path.length - right.path.length);
  const held = write.flatMap((top) =>
    masks.flatMap(({ path }) => (isWithin(top, path) ? foldersBetween(top, path) : [])),
  );
  return [
    ...[...new Set(held)]
      .sort((left, right) => left.length - right.length)
      .flatMap((path) => ['--bind', path, path]),
    ...masks.filter((one) => !isInHidden(one, masks)).flatMap(({ words }) => words),
  ];
}

/** In a folder that is hidden there is nothing left to mask. */
function isInHidden({ path }: Mask, masks: readonly Mask[]): boolean {
  return masks.some(
    (other) => other.words.includes('--tmpfs') && other.path !== path && isWithin(other.path, path),
  );
}

function readOnly(path: string): Mask {
  return { path, words: ['--ro-bind', path, path] };
}

function protectedMask({ path, access }: ProtectedPath, { emptyFile }: RunFolder): readonly Mask[] {
  if (!existsSync(path)) return [];
  const real = realpathSync(path);
  if (access === 'read') return [readOnly(real)];
  const words = statSync(real).isDirectory()
    ? ['--perms', '0555', '--size', '4096', '--tmpfs', real, '--remount-ro', real]
    : ['--ro-bind', emptyFile, real];
  return [{ path: real, words }];
}
