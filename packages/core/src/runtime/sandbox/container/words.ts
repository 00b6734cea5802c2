/** The words that have a container engine run one command confined. */
import { existsSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Fault } from '../../../kernel/index.ts';
import { foldersBetween, isWithin } from '../folders.ts';
import { gitPrograms } from '../git-programs.ts';
import type { SandboxProfile } from '../profiles.ts';
import type { ProtectedPath } from '../types.ts';

/** Everything that decides them. Paths are real ones. */
export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly more: readonly string[];
  readonly profile: SandboxProfile;
  readonly folder: string;
  readonly write: readonly string[];
  readonly read: readonly string[];
  readonly protect: readonly ProtectedPath[];
  readonly environment: Readonly<Record<string, string>>;
  /** `UID:GID`. */
  readonly user: string;
  /** Folder with what stands where something is hidden, and the filter of system calls. */
  readonly place: string;
}

const HOME = '/home/sandbox';

/** Words after the engine's own name. */
export function containerWords(plan: ContainerPlan, command: readonly string[]): readonly string[] {
  const { profile, folder, place } = plan;
  const memory = `${profile.maxMemoryMb}m`;
  const tmp = `rw,nosuid,nodev,size=${profile.maxTmpMb}m`;
  const environment = {
    HOME,
    USER: 'sandbox',
    TMPDIR: '/tmp',
    ...plan.environment,
    WRIT_SANDBOX: profile.name,
  };
  return [
    'run',
    '--rm',
    '--interactive',
    '--pull=never',
    `--name=${plan.name}`,
    '--network=none',
    '--hostname=sandbox',
    '--ipc=private',
    '--read-only',
    '--cap-drop=ALL',
    '--security-opt=no-new-privileges',
    `--security-opt=seccomp=${join(place, 'seccomp.json')}`,
    `--user=${plan.user}`,
    `--pids-limit=${profile.maxProcesses}`,
    `--memory=${memory}`,
    `--memory-swap=${memory}`,
    `--shm-size=${profile.maxTmpMb}m`,
    '--ulimit=core=0',
    `--ulimit=cpu=${profile.maxCpuSeconds}`,
    `--ulimit=fsize=${profile.maxFileMb * 1024 * 1024}`,
    `--ulimit=nofile=${profile.maxOpenFiles}`,
    `--tmpfs=/tmp:${tmp},mode=1777`,
    `--tmpfs=${HOME}:${tmp},mode=1777`,
    ...Object.entries(environment).map(([name, value]) => `--env=${name}=${value}`),
    ...plan.read.map((path) => mount(path, path, 'ro')),
    ...plan.write.map((path) => mount(path, path, 'rw')),
    ...maskWords(plan),
    `--workdir=${folder}`,
    ...plan.more,
    plan.image,
    ...command,
  ];
}

/** Engines mount in the order of depth, so what lies in another is not covered by it. */
function maskWords({ write, read, profile, protect, place }: ContainerPlan): readonly string[] {
  const git = profile.changesGit ? [] : write.flatMap(gitPrograms);
  const own = protect.flatMap(({ path, access }) => {
    if (!existsSync(path)) return [];
    const real = realpathSync(path);
    if (![...write, ...read].some((one) => isWithin(one, real))) return [];
    const empty = join(place, statSync(real).isDirectory() ? 'empty' : 'empty-file');
    return [{ path: real, word: mount(access === 'read' ? real : empty, real, 'ro') }];
  });
  const masks = [...git.map((path) => ({ path, word: mount(path, path, 'ro') })), ...own];
  const held = write.flatMap((top) =>
    masks.flatMap(({ path }) => (isWithin(top, path) ? foldersBetween(top, path) : [])),
  );
  return [...[...new Set(held)].map((path) => mount(path, path, 'rw')), ...masks.map(({ word }) => word)];
}

/** INVARIANT: a path is one field of what an engine reads; one with a comma could say more than where it is. */
function mount(source: string, target: string, access: 'ro' | 'rw'): string {
  const odd = [source, target].find((path) => /[,"\n\r]/.test(path));
  if (odd !== undefined)
    throw new Fault(
      'sandbox.folder',
      `\`${odd}\` cannot be given to a container: its name holds a comma, a quote or a line break`,
    );
  return `--mount=type=bind,source=${source},target=${target}${access === 'ro' ? ',readonly' : ''}`;
}
