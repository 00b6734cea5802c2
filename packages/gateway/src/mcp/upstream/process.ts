/** A server's process: started without a shell, stopped for certain. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import { Fault, type Timers } from '@writ/core';
import type { ProcessServer } from '../ports.ts';

/** How long a server may take to end after SIGTERM before it gets SIGKILL, in milliseconds. */
export const STOP_GRACE_MS = 2_000;

/** A running server. */
export interface UpstreamProcess {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  /** Resolves when it has ended, with why: `upstream.start` where it never ran, else `upstream.closed`. */
  readonly ended: Promise<Fault>;
  /** Closes its input, sends SIGTERM, then SIGKILL after the grace; resolves when it has ended. Idempotent. */
  stop(): Promise<void>;
}

/** Starts `config.command` with `environment`. Never throws: a start that fails is an end. */
export function startProcess(
  config: ProcessServer,
  environment: Readonly<Record<string, string>>,
  timers: Timers,
): UpstreamProcess {
  const [program = '', ...args] = config.command;
  const child = spawn(program, args, {
    env: environment,
    ...(config.cwd === undefined ? {} : { cwd: config.cwd }),
    stdio: ['pipe', 'pipe', 'pipe'],
    // Its own process group, so that what a launcher such as npx started ends with it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  const ended = endOf(child, config, program);
  let stopping: Promise<void> | undefined;
  const stop = async (): Promise<void> => {
    child.stdin.end();
    signalGroup(child, 'SIGTERM');
    const cancel = timers.after(STOP_GRACE_MS, () => signalGroup(child, 'SIGKILL'));
    await ended;
    cancel();
    // What it started may outlive it in the group.
    signalGroup(child, 'SIGKILL');
  };
  return {
    stdin: child.stdin,
    stdout: child.stdout,
    stderr: child.stderr,
    ended,
    stop: () => (stopping ??= stop()),
  };
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

function endOf(child: Child, { name, cwd }: ProcessServer, program: string): Promise<Fault> {
  return new Promise((resolve) => {
    child.on('error', (cause) => {
      if (child.pid !== undefined) return;
      // The system says the same of a folder that is missing as of a program that is.
      const why = isFolder(cwd) ? `\`${program}\` ${reasonOf(cause)}` : `its folder \`${cwd}\` is not there`;
      resolve(new Fault('upstream.start', `server \`${name}\` cannot be started: ${why}`, { server: name }));
    });
    // `close` and not `exit`: what it wrote before it ended is still read.
    child.on('close', (code, signal) => {
      const how = signal === null ? `exit code ${code ?? 'unknown'}` : `signal ${signal}`;
      resolve(new Fault('upstream.closed', `server \`${name}\` ended (${how})`, { server: name }));
    });
  });
}

function isFolder(path: string | undefined): boolean {
  return path === undefined || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

function reasonOf(cause: Error & { code?: string }): string {
  if (cause.code === 'ENOENT') return 'was not found';
  if (cause.code === 'EACCES') return 'may not be run';
  return `failed with ${cause.code ?? cause.message}`;
}

function signalGroup(child: Child, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    if (process.platform === 'win32') child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    // The group has ended already, which is what was wanted.
  }
}
