/** A log, a destination and a clock that a test decides. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ExportRecord, Fault } from '@writ/core';
import { type FakeClock, fakeClock, fakeRandom, fakeTimers } from '@writ/core/testing';
import { onTestFinished } from 'vitest';
import { cursorFile } from '../cursor/index.ts';
import type { Destination, OutgoingEvent } from '../destination.ts';
import { DEFAULT_DESTINATION, type DestinationSettings } from '../settings.ts';
import { passSendSteps, type SendFault } from '../steps.ts';
import type { EventSource } from './event-source.ts';
import { Sender, type SenderState } from './sender.ts';

/** One line of the log: who wrote it, its number among those of the same producer, and when. */
export interface Line {
  readonly producer: string;
  readonly counter: number;
  readonly time: number;
  /** Events it is; default 1. */
  readonly events?: number;
  /** Whether it cannot be read, as one that was altered. */
  readonly isCorrupt?: boolean;
  /** Whether its body was erased: its text says so. */
  readonly isErased?: boolean;
  /** What it says of a destination, where it does. */
  readonly note?: ExportRecord;
}

/** What a destination does with a batch: how many it takes, or what it throws. */
export type Answer = (events: readonly OutgoingEvent[], signal: AbortSignal) => number | Promise<number>;

export const unavailable = (): never => {
  throw new Fault('export.unavailable', 'the destination is down');
};

/** A folder that is gone after the test. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-stream-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A sender that runs. */
interface RunningSender {
  /** Settles once it has ended. */
  readonly run: Promise<void>;
  state(): SenderState;
  stop(): Promise<void>;
}

/** A sender's world. */
interface SenderWorld {
  readonly clock: FakeClock;
  readonly lines: Line[];
  readonly notes: readonly ExportRecord[];
  readonly received: OutgoingEvent[];
  /** Of the cursor. */
  readonly file: string;
  answer: Answer;
  attempts: number;
  append(producer: string, events?: number, note?: ExportRecord): void;
  /** Events that each entry about a destination is; default 1. */
  eventsOfNote: number;
  /** Runs a sender over what is there until it is stopped. */
  start(faults?: readonly SendFault[]): RunningSender;
  /** Lets `ms` go by, a step at a time; `each` is called before each. */
  live(ms: number, each?: (now: number) => void, stepMs?: number): Promise<void>;
}

/** A world with a log that is empty, and a destination that takes all. */
export function senderWorld(settings: Partial<DestinationSettings> = {}): SenderWorld {
  const clock = fakeClock();
  const timers = fakeTimers(clock);
  const lines: Line[] = [];
  const notes: ExportRecord[] = [];
  const received: OutgoingEvent[] = [];
  const counters = new Map<string, number>();
  const world: SenderWorld = {
    clock,
    lines,
    notes,
    received,
    file: join(temporaryFolder(), 'siem.cursor'),
    answer: (events) => events.length,
    attempts: 0,
    eventsOfNote: 1,
    append(producer, events = 1, note) {
      const counter = counters.get(producer) ?? 0;
      counters.set(producer, counter + 1);
      lines.push({ producer, counter, time: clock.now(), events, ...(note === undefined ? {} : { note }) });
    },
    start(faults = []) {
      const ending = new AbortController();
      const pass = passSendSteps(faults);
      const sender = new Sender({
        settings: { name: 'siem', ...DEFAULT_DESTINATION, from: 'start', ...settings },
        source: sourceOf(lines),
        destination: destinationOf(world),
        cursor: cursorFile(world.file, pass),
        note: (detail) => {
          if (detail.kind !== 'export') throw new Error(`a note of another kind: ${detail.kind}`);
          notes.push(detail.export);
          world.append('writ', world.eventsOfNote, detail.export);
          return Promise.resolve();
        },
        clock,
        random: fakeRandom(),
        timers,
        pass,
      });
      const run = sender.run(ending.signal);
      run.catch(() => {});
      return {
        run,
        state: () => sender.state(),
        async stop() {
          ending.abort();
          timers.advance(0);
          await run;
        },
      };
    },
    async live(ms, each = () => {}, stepMs = 1_000) {
      for (let gone = 0; gone < ms; gone += stepMs) {
        each(clock.now());
        timers.advance(stepMs);
        await settle();
      }
    },
  };
  return world;
}

/** Lets whatever waits for nothing but its turn happen. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise(setImmediate);
}

function destinationOf(world: {
  answer: Answer;
  attempts: number;
  readonly received: OutgoingEvent[];
}): Destination {
  return {
    async send(events, signal) {
      world.attempts += 1;
      const count = await world.answer(events, signal);
      world.received.push(...events.slice(0, count));
      return count;
    },
    close: () => Promise.resolve(),
  };
}

/** `lines` as a log of events that hold nothing but their names. */
export function sourceOf(lines: readonly Line[]): EventSource {
  const at = (index: number): Line => {
    const line = lines[index];
    if (line === undefined) throw new Fault('log.missing', `the log has no entry \`${index}\``);
    if (line.isCorrupt === true) throw new Fault('log.corrupt', `entry ${index} does not hash to its leaf`);
    return line;
  };
  return {
    origin: 'example.org/log',
    refresh: () => Promise.resolve(),
    size: () => lines.length,
    time: (index) => at(index).time,
    leaf: (index) => `${at(index).producer}${index}`.padStart(64, '0').replace(/[^0-9a-f]/g, '0'),
    events(index) {
      const { producer, counter, time, events = 1, isErased = false, note } = at(index);
      const entry = note === undefined ? { kind: 'heartbeat' } : { kind: 'export', export: note };
      const text = isErased ? 'erased' : `${producer} ${counter}`;
      return Array.from({ length: events }, (_, nth) => {
        const uid = `example.org/log#${index}${nth === 0 ? '' : `/${nth + 1}`}`;
        return { uid, index, time, producer, text, recorded: { entry } } as unknown as OutgoingEvent;
      });
    },
  };
}
