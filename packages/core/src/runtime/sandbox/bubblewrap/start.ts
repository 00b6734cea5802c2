/** Starts one command under bubblewrap and follows it to its end. */
import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import type { Duplex } from 'node:stream';
import { Fault } from '../../../kernel/index.ts';
import type { CommandEnd, CommandSignal, ExecOptions, RunningCommand } from '../types.ts';
import type { Identity } from './identity.ts';
import { LIMIT_EXIT_CODE, TALK_FD } from './launcher.ts';
import { carryInput, handedOn, type HandedOn } from './streams.ts';

/** Most that the launcher says, in characters; more is not the launcher. */
const MAX_TALK = 4096;
const LIMITS = ['memory', 'processes', 'cpu'] as const;

/** What is started. */
export interface Start {
  readonly id: string;
  /** Program and words, bubblewrap's own included. */
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly identity: Identity;
  /** File with the filter of system calls; bubblewrap reads it as descriptor {@link FILTER_FD}. */
  readonly filter: string;
  readonly timeoutMs?: number;
  /** Asked at the end, whether the kernel ended it for want of memory. */
  readonly wasOutOfMemory?: () => boolean;
  /** Why it did not come up, in words. */
  readonly explain: () => Fault;
}

/** Descriptor of the filter. */
export const FILTER_FD = 3;

const PIPES: readonly HandedOn[] = ['pipe', 'pipe', 'pipe'];
const NOTHING = { stdin: null, stdout: null, stderr: null };

/** Starts it. Throws `sandbox.failed` where not even bubblewrap could be started. */
export function startCommand(start: Start, { stdio = 'pipe', signal }: ExecOptions): RunningCommand {
  const streams = stdio === 'inherit' ? handedOn() : PIPES;
  const child = spawnWithFilter(start, streams);
  if (stdio === 'inherit' && child.stdin !== null) carryInput(child.stdin);
  const talk = child.stdio[TALK_FD] as Duplex | undefined;
  let said = '';
  let isTimedOut = false;
  // What its own death breaks is told by its end.
  talk?.on('error', () => {});
  talk?.on('data', (bytes: Buffer) => {
    if (said.length < MAX_TALK) said += bytes.toString('latin1');
  });
  let isEnded = false;
  const kill = (): void => {
    isEnded = true;
    child.kill('SIGKILL');
  };
  const timer =
    start.timeoutMs === undefined
      ? undefined
      : setTimeout(() => {
          isTimedOut = true;
          kill();
        }, start.timeoutMs);
  timer?.unref();
  if (signal?.aborted === true) kill();
  signal?.addEventListener('abort', kill, { once: true });
  const end = new Promise<CommandEnd>((resolve, reject) => {
    child.once('error', (cause) =>
      reject(new Fault('sandbox.failed', `bubblewrap could not be started: ${cause.message}`, {}, { cause })),
    );
    // Its last words are read before its end counts; its output may still be read by others afterwards.
    const ended = new Promise<void>((done) => void child.once('exit', () => done()));
    const heard = new Promise<void>((done) => void talk?.once('close', () => done()));
    void Promise.all([ended, heard]).then(() => {
      try {
        const known = endOf(said, isTimedOut, start.wasOutOfMemory?.() === true);
        if (known !== undefined) resolve(known);
        else if (isEnded) reject(new Fault('sandbox.failed', 'it was ended before the command started'));
        else reject(start.explain());
      } catch (fault) {
        reject(fault);
      }
    });
  }).finally(() => {
    clearTimeout(timer);
    signal?.removeEventListener('abort', kill);
  });
  const send = (name: CommandSignal): void => {
    if (talk?.writable === true) talk.write(`${name}\n`);
  };
  const { stdin, stdout, stderr } = stdio === 'inherit' ? NOTHING : child;
  // A command that does not read what it is given is no fault of whoever gives it.
  stdin?.on('error', () => {});
  return {
    id: start.id,
    ...(stdin === null ? {} : { stdin }),
    ...(stdout === null ? {} : { stdout }),
    ...(stderr === null ? {} : { stderr }),
    end,
    send,
  };
}

function spawnWithFilter(start: Start, streams: readonly HandedOn[]): ChildProcess {
  const [program = '', ...words] = start.words;
  const { uid, gid } = start.identity;
  const filter = openSync(start.filter, 'r');
  try {
    return spawn(program, words, {
      stdio: [...streams, filter, 'pipe'],
      env: { ...start.environment },
      cwd: '/',
      // A session of its own: what a terminal sends goes to Writ, which hands it on.
      detached: true,
      ...(process.getuid?.() === 0 ? { uid, gid } : {}),
    });
  } catch (cause) {
    // Words with a NUL, or more of them than a process can be given.
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Fault('sandbox.failed', `the command could not be started: ${why}`, {}, { cause });
  } finally {
    closeSync(filter);
  }
}

/** What the launcher's lines say; `undefined` where the command never started. */
function endOf(said: string, isTimedOut: boolean, isOutOfMemory: boolean): CommandEnd | undefined {
  const lines = said.split('\n');
  if (!lines.includes('started'))
    return isTimedOut ? { exitCode: LIMIT_EXIT_CODE, limit: 'time' } : undefined;
  const limit = LIMITS.find((one) => lines.includes(`limit ${one}`));
  if (limit !== undefined) return { exitCode: LIMIT_EXIT_CODE, limit };
  if (isOutOfMemory) return { exitCode: LIMIT_EXIT_CODE, limit: 'memory' };
  const [, code, signal] = /^exit (\d{1,3}) (\d{1,3})$/m.exec(said) ?? [];
  if (code === undefined)
    return { exitCode: LIMIT_EXIT_CODE, ...(isTimedOut ? { limit: 'time' as const } : {}) };
  return Number(signal) === 0
    ? { exitCode: Number(code) }
    : { exitCode: 128 + Number(signal), signal: Number(signal) };
}
