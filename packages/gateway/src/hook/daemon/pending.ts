/** Calls that hosts were let run and whose ends are still to come: joined by the host's own id of the call, else by what was called. */
import { canonicalJson, type Enforced, type JsonValue, type Timers } from '@writ/core';
import type { HookEvent } from '../types.ts';

/** Calls that wait for their end; beyond these the oldest one's end is given up. */
const MAX_PENDING = 512;
/** An end that has not come after this time is given up: longer than hosts let a command run, their questions to people included. */
export const PENDING_MS: number = 6 * 60 * 60_000;

/** What a host said of a call that ended. */
export interface HostEnd {
  readonly output: JsonValue;
  readonly isError: boolean;
}

/** One call under way at a host. */
export interface PendingCall {
  /** Hands the end to the guard. */
  readonly end: (end: HostEnd) => void;
  /** Nobody will hear of its end: its outcome is unknown. */
  readonly giveUp: () => void;
  /** What became of it. */
  readonly enforced: Promise<Enforced>;
}

/** The calls under way at hosts. */
export class PendingCalls {
  readonly #calls = new Map<string, PendingCall[]>();
  readonly #order = new Set<{ readonly key: string; readonly call: PendingCall }>();
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#order.size;
  }

  add(event: HookEvent, call: PendingCall): void {
    const key = keyOf(event);
    const item = { key, call };
    const same = this.#calls.get(key);
    if (same === undefined) this.#calls.set(key, [call]);
    else same.push(call);
    this.#order.add(item);
    const cancel = this.#timers.after(PENDING_MS, () => this.#drop(item));
    void call.enforced.finally(cancel);
    const [oldest] = this.#order;
    if (this.#order.size > MAX_PENDING && oldest !== undefined) this.#drop(oldest);
  }

  /** The oldest call that `event` may be the end of, which then waits no more. */
  take(event: HookEvent): PendingCall | undefined {
    const key = keyOf(event);
    const call = this.#calls.get(key)?.[0];
    if (call === undefined) return undefined;
    for (const item of this.#order) if (item.call === call) this.#forget(item);
    return call;
  }

  /** Gives up all of them. */
  close(): void {
    for (const item of this.#order) this.#drop(item);
  }

  #drop(item: { readonly key: string; readonly call: PendingCall }): void {
    this.#forget(item);
    item.call.giveUp();
  }

  #forget(item: { readonly key: string; readonly call: PendingCall }): void {
    this.#order.delete(item);
    const left = (this.#calls.get(item.key) ?? []).filter((call) => call !== item.call);
    if (left.length === 0) this.#calls.delete(item.key);
    else this.#calls.set(item.key, left);
  }
}

function keyOf({ host, session = '', callId, tool, input }: HookEvent): string {
  return canonicalJson(callId === undefined ? [host, session, tool, input] : [host, session, 'id', callId]);
}
