/** Sends the log to every destination of a configuration, each at its own pace; in any number of processes, of which one sends to each. */
import {
  type Clock,
  describeFault,
  type EntryDetail,
  isFault,
  isLockHeld,
  type LogReader,
  type ProcessLock,
  type Random,
  takeLock,
  type Timers,
} from '@writ/core';
import { cursorFile } from '../cursor/index.ts';
import type { Destination, SecretSource } from '../destination.ts';
import { openDestination } from '../destinations/index.ts';
import type { DestinationSettings } from '../settings.ts';
import { passSendSteps, type SendFault } from '../steps.ts';
import { LONGEST_MS } from './backoff.ts';
import { eventSource, formatOf } from './event-source.ts';
import { cursorPath, lockName, statusPath } from './export-files.ts';
import { pause } from './pause.ts';
import { Sender, type SenderState } from './sender.ts';
import { writeStatus } from './status-file.ts';

/** When a cursor that could not be used is looked at again, in milliseconds: a person may have mended it. */
const CURSOR_MS = 10_000;
/** How often a process that does not send looks whether it may, and how often what is told is told anew, in milliseconds. */
const STANDBY_MS = 1_000;

/** What is exported, and by whom. */
export interface ExporterOptions {
  /** The data folder: cursors are kept in it. */
  readonly data: string;
  readonly destinations: readonly DestinationSettings[];
  readonly log: { readonly reader: LogReader; readonly refresh: () => Promise<void> };
  /** Version of Writ. */
  readonly productVersion: string;
  /** Appends an entry about a destination to the log; resolves once it is durable. */
  readonly note: (detail: EntryDetail) => Promise<void>;
  readonly secret: (source: SecretSource) => string;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  /** For tests. */
  readonly faults?: readonly SendFault[];
}

/** How a destination is doing. `standby`: another process sends to it. */
export type DestinationState = SenderState | { readonly phase: 'standby' };

/** A running exporter. */
export interface Exporter {
  /** By name of the destination. */
  states(): ReadonlyMap<string, DestinationState>;
  /** Ends what is under way; what was not acknowledged is sent at the next start. Idempotent. */
  close(): Promise<void>;
}

const STANDBY = { phase: 'standby' } as const;

/** Begins to send. Faults of a destination are its own: they stand in its state and are tried again. */
export function startExporter(options: ExporterOptions): Exporter {
  const ending = new AbortController();
  const states = new Map<string, () => DestinationState>();
  const runs = options.destinations.map((settings) => {
    const told: Told = (read) => void states.set(settings.name, read);
    told(() => STANDBY);
    return serve(options, settings, told, ending.signal);
  });
  let closed: Promise<void> | undefined;
  return {
    states: () => new Map([...states].map(([name, read]) => [name, read()])),
    close: () => (closed ??= end(ending, runs)),
  };
}

type Told = (read: () => DestinationState) => void;

async function end(ending: AbortController, runs: readonly Promise<void>[]): Promise<void> {
  ending.abort();
  await Promise.all(runs);
}

/** Waits for the lock of the destination, sends while it holds it, and tells what it cannot do. */
async function serve(
  options: ExporterOptions,
  settings: DestinationSettings,
  told: Told,
  signal: AbortSignal,
): Promise<void> {
  const { data, clock, timers } = options;
  while (!signal.aborted) {
    let waitMs = STANDBY_MS;
    let lock: ProcessLock | undefined;
    try {
      lock = tryLock(data, settings.name);
      if (lock === undefined) told(() => STANDBY);
      else await send(options, settings, told, signal);
    } catch (fault) {
      waitMs = isFault(fault, 'export.cursor') ? CURSOR_MS : LONGEST_MS;
      const state = stoppedBy(fault, clock.now(), waitMs);
      told(() => state);
      if (lock !== undefined) tell(options, settings.name, state);
    } finally {
      lock?.release();
    }
    await pause(timers, waitMs, signal);
  }
}

async function send(
  options: ExporterOptions,
  settings: DestinationSettings,
  told: Told,
  signal: AbortSignal,
): Promise<void> {
  const { data, log, productVersion, note, secret, clock, random, timers, faults } = options;
  const ports = { clock, random, timers, secret };
  const destination: Destination = await openDestination(settings.target, ports);
  const pass = passSendSteps(faults);
  const source = eventSource(log, {
    disclose: settings.disclose,
    format: formatOf(settings.target),
    productVersion,
  });
  const cursor = cursorFile(cursorPath(data, settings.name), pass);
  const sender = new Sender({ settings, source, destination, cursor, note, clock, random, timers, pass });
  told(() => sender.state());
  const ended = new AbortController();
  const telling = keepTelling(options, settings.name, sender, AbortSignal.any([signal, ended.signal]));
  try {
    await sender.run(signal);
  } finally {
    ended.abort();
    await telling;
    await destination.close();
  }
}

/** What stands in the status file is at most a second old while the sender lives. */
async function keepTelling(
  options: ExporterOptions,
  name: string,
  sender: Sender,
  signal: AbortSignal,
): Promise<void> {
  let last: SenderState | undefined;
  for (;;) {
    const state = sender.state();
    if (state !== last) tell(options, name, state);
    last = state;
    if (signal.aborted) return;
    await pause(options.timers, STANDBY_MS, signal);
  }
}

function tell({ data, clock }: ExporterOptions, name: string, state: SenderState): void {
  writeStatus(statusPath(data, name), { at: clock.now(), processId: process.pid, state });
}

function tryLock(data: string, name: string): ProcessLock | undefined {
  try {
    return takeLock(data, lockName(name));
  } catch (cause) {
    if (isLockHeld(data, lockName(name))) return undefined;
    throw cause;
  }
}

function stoppedBy(fault: unknown, at: number, waitMs: number): SenderState {
  const code = isFault(fault) ? fault.code : 'unknown';
  return {
    phase: 'stopped',
    isBehind: false,
    sent: 0,
    failures: 1,
    error: { code, text: describeFault(fault), at },
    attemptAt: at + waitMs,
  };
}
