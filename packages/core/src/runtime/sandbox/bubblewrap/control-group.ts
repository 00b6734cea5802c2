/** Control groups for one command, where the caller may make them: then the kernel bounds processes, and with version 2 memory, exactly. */
import { accessSync, constants, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { SandboxProfile } from '../profiles.ts';

const MIB = 1024 * 1024;
/** How long the removal of a group is tried, each time after twice as long as before; then its name is left behind, bounded and without processes. */
const REMOVE_FIRST_MS = 1;
const REMOVE_LAST_MS = 2048;
/** Bubblewrap's own process and the launcher stand beside the command. */
const OWN_PROCESSES = 2;

/** Folders in which a group can be made. */
export interface GroupParents {
  /** Version 2 with `memory` and `pids` handed down. */
  readonly unified?: string;
  /** Version 1 with `pids`. */
  readonly processes?: string;
}

/** Groups that a command is started in. */
export interface ControlGroups {
  readonly paths: readonly string[];
  readonly boundsMemory: boolean;
  /** Whether the kernel ended something in them for want of memory. */
  wasOutOfMemory(): boolean;
  /** Removes them, once everything in them ended: what was ended a moment ago may still be about to. */
  remove(): Promise<void>;
}

/**
 * Where groups can be made. In version 2 beside the caller's own, for a group that has processes has no bounded children; in version 1 in it. Nothing where
 * controllers are not handed down, or the folder is another's. `proc` is what the kernel shows.
 */
export function groupParents(proc = '/proc'): GroupParents {
  const mounts = read(join(proc, 'self/mounts'));
  const own = read(join(proc, 'self/cgroup'));
  const unifiedMount = /^\S+ (\S+) cgroup2 /m.exec(mounts)?.[1];
  const unifiedOwn = /^0::(\/.*)$/m.exec(own)?.[1];
  const processesMount = /^\S+ (\S+) cgroup \S*\bpids\b/m.exec(mounts)?.[1];
  const processesOwn = /^\d+:(?:[^:\n]*,)?pids(?:,[^:\n]*)?:(\/.*)$/m.exec(own)?.[1];
  const unified =
    unifiedMount === undefined || unifiedOwn === undefined || unifiedOwn === '/'
      ? undefined
      : join(unifiedMount, dirname(unifiedOwn));
  const processes =
    processesMount === undefined || processesOwn === undefined
      ? undefined
      : join(processesMount, processesOwn);
  return {
    ...(unified !== undefined && isWritable(unified) && handsDown(unified, ['memory', 'pids'])
      ? { unified }
      : {}),
    ...(processes !== undefined && isWritable(processes) ? { processes } : {}),
  };
}

/** Makes groups named `name` with the bounds of `profile`; `undefined` where none can be made. Throws what the file system says. */
export function makeControlGroups(
  { unified, processes }: GroupParents,
  name: string,
  profile: SandboxProfile,
): ControlGroups | undefined {
  const parent = unified ?? processes;
  if (parent === undefined) return undefined;
  const path = join(parent, `writ-${name}`);
  mkdirSync(path);
  const set = (file: string, value: number): void => writeFileSync(join(path, file), String(value));
  set('pids.max', profile.maxProcesses + OWN_PROCESSES);
  if (unified !== undefined) {
    set('memory.max', profile.maxMemoryMb * MIB);
    set('memory.swap.max', 0);
    set('memory.oom.group', 1);
  }
  return {
    paths: [path],
    boundsMemory: unified !== undefined,
    wasOutOfMemory: () => /^oom_kill [1-9]/m.test(read(join(path, 'memory.events'))),
    async remove() {
      for (let wait = REMOVE_FIRST_MS; wait <= REMOVE_LAST_MS; wait *= 2) {
        try {
          rmdirSync(path);
          return;
        } catch {
          await setTimeout(wait);
        }
      }
    },
  };
}

/** Words that start `command` inside the groups. */
export function inControlGroups({ paths }: ControlGroups, command: readonly string[]): readonly string[] {
  const joins = paths.map((_, index) => `echo $$ >"$${index + 1}/cgroup.procs"`).join(' && ');
  return ['/bin/sh', '-c', `${joins} && shift ${paths.length} && exec "$@"`, 'sh', ...paths, ...command];
}

function handsDown(path: string, controllers: readonly string[]): boolean {
  const given = read(join(path, 'cgroup.subtree_control')).trim().split(/\s+/);
  return controllers.every((one) => given.includes(one));
}

function isWritable(path: string): boolean {
  try {
    for (const one of [path, join(path, 'cgroup.procs')]) accessSync(one, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
