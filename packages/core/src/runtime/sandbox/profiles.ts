/** What a sandbox allows, as data. Three profiles come with Writ; an operator's own have the same shape. */
import { CONFINEMENTS, type Confinement } from '../../model/index.ts';
import type { Capability } from './capabilities.ts';

/** What every sandbox of a profile has. Sizes in MiB (2^20 bytes), times in seconds. */
export interface SandboxProfile {
  readonly name: string;
  /** Whether the folder that commands start in can be written to, or only read. */
  readonly workspace: 'write' | 'read';
  /** Folders of the machine that can be read beside its system folders, where they exist. */
  readonly system: readonly string[];
  /** Whether the folders of `PATH` can be read, so that tools installed for one user are found. */
  readonly showsPath: boolean;
  /** Whether what makes git run programs later (`.git/hooks`, `.git/config`) can be changed. */
  readonly changesGit: boolean;
  /** `proxy`: through the egress proxy, where there is one. */
  readonly network: 'proxy' | 'none';
  /** Names of the caller's environment that are handed on. */
  readonly environment: readonly string[];
  readonly maxMemoryMb: number;
  /** Processes and threads. */
  readonly maxProcesses: number;
  readonly maxCpuSeconds: number;
  /** Of one file. */
  readonly maxFileMb: number;
  readonly maxOpenFiles: number;
  /** Of `/tmp`, of the home folder and of shared memory, each; they lie in memory and count as such. */
  readonly maxTmpMb: number;
  /** Longest time of one command; absent: as long as it takes. */
  readonly timeoutSeconds?: number;
  /** What the machine must be able to do. What it lacks is an error that names it. */
  readonly demands: readonly Capability[];
}

const ALWAYS: readonly Capability[] = ['namespaces', 'system-call-filter', 'no-privileges', 'bounds'];
const TERMINAL = ['TERM', 'COLORTERM', 'NO_COLOR', 'FORCE_COLOR'];
const LOCALE = ['LANG', 'LANGUAGE', 'LC_ALL', 'LC_CTYPE', 'LC_MESSAGES', 'TZ'];

const PROFILES: Readonly<Record<Confinement, SandboxProfile>> = {
  // For a developer's own tools: what is installed for one user is found, git can be configured.
  permissive: {
    name: 'permissive',
    workspace: 'write',
    system: ['/opt', '/nix/store', '/snap'],
    showsPath: true,
    changesGit: true,
    network: 'proxy',
    environment: [...TERMINAL, ...LOCALE, 'CI', 'EDITOR', 'PAGER'],
    maxMemoryMb: 8192,
    maxProcesses: 2048,
    maxCpuSeconds: 14_400,
    maxFileMb: 16_384,
    maxOpenFiles: 65_536,
    maxTmpMb: 2048,
    demands: ALWAYS,
  },
  // For what an agent runs while it works: builds and tests in one folder.
  moderate: {
    name: 'moderate',
    workspace: 'write',
    system: ['/opt', '/nix/store'],
    showsPath: false,
    changesGit: false,
    network: 'proxy',
    environment: [...TERMINAL, ...LOCALE, 'CI'],
    maxMemoryMb: 4096,
    maxProcesses: 512,
    maxCpuSeconds: 3600,
    maxFileMb: 4096,
    maxOpenFiles: 8192,
    maxTmpMb: 512,
    demands: ALWAYS,
  },
  // For code that nobody has read: it sees the folder, writes where it is told to, and reaches nothing.
  restrictive: {
    name: 'restrictive',
    workspace: 'read',
    system: [],
    showsPath: false,
    changesGit: false,
    network: 'none',
    environment: LOCALE,
    maxMemoryMb: 1024,
    maxProcesses: 64,
    maxCpuSeconds: 300,
    maxFileMb: 256,
    maxOpenFiles: 256,
    maxTmpMb: 64,
    timeoutSeconds: 600,
    demands: [...ALWAYS, 'ordinary-user'],
  },
};

/** The profile of this name that comes with Writ. */
export function sandboxProfile(name: Confinement): SandboxProfile {
  return PROFILES[name];
}

/** Whether a text names a profile that comes with Writ. */
export function isConfinement(name: string): name is Confinement {
  return (CONFINEMENTS as readonly string[]).includes(name);
}
