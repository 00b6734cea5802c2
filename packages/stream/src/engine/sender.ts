/** Sends the log to one destination: in order, at least once, from where it stopped. */
import {
  type Clock,
  describeFault,
  type EntryDetail,
  Fault,
  isFault,
  type Random,
  type Timers,
} from '@writ/core';
import type { CursorStore } from '../cursor/index.ts';
import type { Destination, OutgoingEvent } from '../destination.ts';
import type { DestinationSettings } from '../settings.ts';
import type { PassSendStep } from '../steps.ts';
import { backoffMs, LONGEST_MS } from './backoff.ts';
import type { EventSource } from './event-source.ts';
import { Outbox } from './outbox.ts';
import { pause, withDeadline } from './pause.ts';
import { Position } from './position.ts';

/** How often is looked for new entries, in milliseconds: a reading of one number. */
const TICK_MS = 1_000;
/** Longest an entry of its own may take to be durable, in milliseconds. */
const NOTE_MS = 30_000;

/** Most events given up one after another: a destination that takes none of so many is not one that dislikes an event. */
const MOST_SKIPPED = 100;
const NS_PER_MS = 1_000_000n;

/** What a sender is made of. */
export interface SenderOptions {
  readonly settings: Omit<DestinationSettings, 'target'>;
  readonly source: EventSource;
  readonly destination: Destination;
  readonly cursor: CursorStore;
  /** Appends an entry about this destination to the log; resolves once it is durable. */
  readonly note: (detail: EntryDetail) => Promise<void>;
  readonly clock: Clock;
  readonly random: Random;
  readonly timers: Timers;
  readonly pass?: PassSendStep;
}

/** How a sender is doing. */
export interface SenderState {
  /** `stopped`: the destination takes nothing from us, or never this event; it is asked again at the longest interval. */
  readonly phase: 'starting' | 'idle' | 'sending' | 'retrying' | 'stopped';
  /** Index of the first entry that is not acknowledged; absent before the cursor was read. */
  readonly next?: number;
  /** Entries that wait; absent where it is not known how many do. */
  readonly lagEntries?: number;
  /** Age of the oldest entry that waits, in milliseconds; 0 where none does. */
  readonly lagMs?: number;
  readonly isBehind: boolean;
  /** Events acknowledged since the start. */
  readonly sent: number;
  /** Attempts that failed since the start. */
  readonly failures: number;
  /** Milliseconds since 1970. */
  readonly sentAt?: number;
  /** The last failure; absent once something was acknowledged after it. */
  readonly error?: { readonly code: string; readonly text: string; readonly at: number };
  /** When it is tried again, milliseconds since 1970. */
  readonly attemptAt?: number;
}

/** One destination's sender. It runs until its signal ends it, whatever fails but its cursor. */
export class Sender {
  readonly #options: SenderOptions;
  #position: Position | undefined;
  #outbox: Outbox | undefined;
  #state: SenderState = {
    phase: 'starting',
    isBehind: false,
    sent: 0,
    failures: 0,
  };
  #failuresInRow = 0;
  /** When it is tried again, by the clock that only goes forward: the other may be set back by years. */
  #attemptNs = 0n;
  /** Events given up one after another, and none taken between. */
  #skippedInRow = 0;
  /** The entry that the last of them is of. */
  #skipped: number | undefined;
  /** Events in the next sending: halved to find one that is rejected, doubled again after. */
  #limit: number;

  constructor(options: SenderOptions) {
    this.#options = options;
    this.#limit = options.settings.batchSize;
  }

  state(): SenderState {
    return this.#state;
  }

  /** Resolves once `signal` has ended it. Throws `export.cursor` alone: whoever mends the cursor needs its lock. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const waitMs = await this.#tick(signal);
      if (waitMs > 0) await pause(this.#options.timers, waitMs, signal);
    }
  }

  /** One look, and one sending where something is due; answers how long to wait before the next. */
  async #tick(signal: AbortSignal): Promise<number> {
    const isWaiting = this.#options.clock.monotonicNs() < this.#attemptNs;
    try {
      const size = await this.#look();
      if (isWaiting || !(await this.#attempt(size, signal))) return TICK_MS;
      return 0;
    } catch (fault) {
      if (isFault(fault, 'export.cursor')) throw fault;
      // While it waits it looks only to tell how far behind it is.
      if (!isWaiting && !signal.aborted) this.#failed(fault);
      return TICK_MS;
    }
  }

  /** How far the log is, and whether that is to be told. Answers its size. */
  async #look(): Promise<number> {
    const { source, settings } = this.#options;
    await source.refresh();
    const position = (this.#position ??= await this.#begin());
    const outbox = (this.#outbox ??= new Outbox(source, position.next));
    position.save();
    const size = source.size();
    this.#measure(position, size);
    await this.#alert(position, size);
    if (settings.whenBehind === 'skip' && size - position.next > settings.maxBacklog) {
      // Told before it is done: a gap that the log does not know is worse than one that is told twice.
      await this.#note('skipped', position.next, size);
      outbox.jump(size);
      position.advance(size);
      position.save();
      this.#measure(position, size);
    }
    return size;
  }

  /** Where it stands. A cursor that is gone cannot be told from one that never was: what either leaves out is recorded before. */
  async #begin(): Promise<Position> {
    const { source, cursor, settings } = this.#options;
    const position = Position.begin(cursor, source, settings.from);
    if (!position.isSaved && position.next > 0) await this.#note('skipped', 0, position.next);
    return position;
  }

  #measure(position: Position, size: number): void {
    const { clock } = this.#options;
    const { next, isBehind } = position;
    const now = clock.now();
    const lagMs = now - (this.#outbox?.since(size, now) ?? now);
    this.#state = { ...this.#state, next, lagEntries: size - next, lagMs, isBehind };
  }

  /** Two thresholds, so that a lag around one of them does not fill the log; and the mark is kept with the cursor, so that a restart does not tell it again. */
  async #alert(position: Position, size: number): Promise<void> {
    const { alertAfterMs, maxBacklog } = this.#options.settings;
    const { lagMs = 0, lagEntries = 0 } = this.#state;
    const isLate = lagMs > alertAfterMs || lagEntries > maxBacklog;
    const isNear = lagMs <= alertAfterMs / 2 && lagEntries <= maxBacklog / 2;
    if (position.isBehind ? !isNear : !isLate) return;
    try {
      await this.#note(isLate ? 'behind' : 'caught_up', position.next, size);
    } catch (fault) {
      // A log that takes no entry keeps no event back; it is told at the next look.
      this.#state = { ...this.#state, error: this.#errorOf(fault) };
      return;
    }
    position.isBehind = isLate;
    this.#state = { ...this.#state, isBehind: isLate };
    position.save();
  }

  async #note(status: 'behind' | 'caught_up' | 'skipped', from: number, to: number): Promise<void> {
    const { note, settings, timers, pass } = this.#options;
    pass?.('note/before');
    const record = { destination: settings.name, status, from, to, lagMs: this.#state.lagMs ?? 0 };
    await withDeadline(timers, NOTE_MS, new AbortController().signal, () =>
      note({ kind: 'export', export: record }),
    );
    pass?.('note/after');
  }

  /** Sends a batch where one is due; whether it did. */
  async #attempt(size: number, signal: AbortSignal): Promise<boolean> {
    const { settings, clock } = this.#options;
    const { batchSize, flushMs } = settings;
    const [position, outbox] = [this.#position, this.#outbox];
    if (position === undefined || outbox === undefined) return false;
    const since = outbox.since(size, clock.now());
    const isDue =
      since !== undefined && (size - position.next >= batchSize || clock.now() - since >= flushMs);
    if (!isDue) {
      if (this.#state.phase !== 'idle') this.#state = { ...this.#state, phase: 'idle' };
      return false;
    }
    const count = await this.#send(outbox, size, signal);
    if (count === undefined) return true;
    position.advance(outbox.take(count));
    position.save();
    this.#measure(position, size);
    return true;
  }

  /** How many of the first events are acknowledged or given up; `undefined` where a smaller batch is to be tried. */
  async #send(outbox: Outbox, size: number, signal: AbortSignal): Promise<number | undefined> {
    const batch = outbox.read(this.#limit, size);
    return batch.length === 0 ? 0 : this.#sendBatch(batch, signal);
  }

  async #sendBatch(batch: readonly OutgoingEvent[], signal: AbortSignal): Promise<number | undefined> {
    const { destination, settings, timers, pass } = this.#options;
    if (this.#failuresInRow === 0) this.#state = { ...this.#state, phase: 'sending' };
    pass?.('send/before');
    try {
      const count = await withDeadline(timers, settings.timeoutMs, signal, (ending) =>
        destination.send(batch, ending),
      );
      pass?.('send/after');
      if (!Number.isInteger(count) || count < 1 || count > batch.length)
        throw new Fault('export.unavailable', 'the destination acknowledged nothing');
      this.#acknowledged(count);
      return count;
    } catch (fault) {
      if (!isFault(fault, 'export.rejected')) throw fault;
      if (batch.length === 1) return this.#rejected(batch, fault);
      this.#limit = Math.floor(batch.length / 2);
      return undefined;
    }
  }

  async #rejected([event]: readonly OutgoingEvent[], fault: Fault): Promise<number> {
    const isGivenUp = this.#options.settings.whenRejected === 'skip' && this.#skippedInRow < MOST_SKIPPED;
    if (event === undefined || !isGivenUp) throw fault;
    // Each entry once, and none that names a gap: two destinations that take nothing would fill the log with what they say of each other.
    if (event.index !== this.#skipped && !namesGap(event))
      await this.#note('skipped', event.index, event.index + 1);
    this.#skipped = event.index;
    this.#skippedInRow += 1;
    return 1;
  }

  #acknowledged(count: number): void {
    const { clock, settings } = this.#options;
    this.#failuresInRow = 0;
    this.#skippedInRow = 0;
    this.#limit = Math.min(settings.batchSize, this.#limit * 2);
    const { error: _error, attemptAt: _attemptAt, ...state } = this.#state;
    this.#state = { ...state, phase: 'sending', sent: state.sent + count, sentAt: clock.now() };
  }

  #failed(fault: unknown): void {
    const { clock, random } = this.#options;
    this.#failuresInRow += 1;
    const asked = isFault(fault) ? fault.data['retryAfterMs'] : undefined;
    const isFinal = isFault(fault, 'export.refused') || isFault(fault, 'export.rejected');
    const waitMs = isFinal
      ? LONGEST_MS
      : backoffMs(this.#failuresInRow, random, typeof asked === 'number' ? asked : 0);
    this.#attemptNs = clock.monotonicNs() + BigInt(waitMs) * NS_PER_MS;
    // A destination that is too slow for a batch may be quick enough for a smaller one.
    if (isFault(fault) && fault.data['timeoutMs'] !== undefined)
      this.#limit = Math.max(1, Math.floor(this.#limit / 2));
    this.#state = {
      ...this.#state,
      phase: isFinal ? 'stopped' : 'retrying',
      failures: this.#state.failures + 1,
      error: this.#errorOf(fault),
      attemptAt: clock.now() + waitMs,
    };
  }

  #errorOf(fault: unknown): NonNullable<SenderState['error']> {
    const code = isFault(fault) ? fault.code : 'unknown';
    return { code, text: describeFault(fault), at: this.#options.clock.now() };
  }
}

function namesGap({ recorded }: OutgoingEvent): boolean {
  return (
    'entry' in recorded && recorded.entry.kind === 'export' && recorded.entry.export.status === 'skipped'
  );
}
