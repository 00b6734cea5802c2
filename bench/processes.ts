// Processes that a bench starts: none outlives it, none is waited for without end, and what each costs.
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { rounded } from './measure.ts';

/** Longest time to end in, in milliseconds. */
const END_MS = 20_000;
const KIB = 1_024;
/** Of the kernel's clock ticks, which are a hundredth of a second (proc(5), `stat`). */
const TICK_US = 10_000;

const ROOT = join(import.meta.dirname, '..');

/** Node, where `@writ/*` is built code; arguments follow. */
export const BUILT_NODE: readonly string[] = [
  process.execPath,
  '--import',
  join(import.meta.dirname, 'built.mjs'),
];

/** `writ` as the built command runs: the launcher's shell is not in it. */
export const WRIT: readonly string[] = [...BUILT_NODE, join(ROOT, 'packages/cli/dist/main.js')];

const running = new Set<ChildProcess>();
process.on('exit', killProcesses);

/** Ends whatever still runs, at once: before what it writes to is removed. */
export function killProcesses(): void {
  for (const child of running) child.kill('SIGKILL');
}

/** Starts a process that ends with the bench, however the bench ends. */
export function startProcess(command: readonly string[], options: SpawnOptions): ChildProcess {
  const [program = '', ...args] = command;
  const child = spawn(program, args, options);
  running.add(child);
  child.once('exit', () => running.delete(child));
  return child;
}

/** Waits for the end of a process that was told to end, and ends it where it does not. */
export async function awaitEnd(child: ChildProcess): Promise<void> {
  if (!running.has(child)) return;
  const late = setTimeout(() => child.kill('SIGKILL'), END_MS);
  const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  clearTimeout(late);
  if (signal === 'SIGKILL') throw new Error(`${child.spawnargs.join(' ')} did not end within ${END_MS} ms`);
}

/** CPU time of all threads of a process so far, in microseconds; steps of 10 ms. Its children are not in it. */
export function cpuUs({ pid }: ChildProcess): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_US;
}

/** What a process has resident, in MB. */
export function residentMb({ pid }: ChildProcess): number {
  const kib = Number(/VmRSS:\s+([0-9]+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0);
  return rounded(kib / KIB);
}
