/** Calls that hosts were let run and whose ends are still to come: joined by the host's own id of the call, else by what was called. */
import { canonicalJson, type Enforced, type JsonValue, type Timers } from '@writ/core';
import type { HookEvent } from '../types.ts';

/** Calls that wait for their end; beyond these the oldest one's end is given up. */
export const MAX_PENDING = 512;
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

/** A call by every name that its end may come under. */
interface Item {
  readonly keys: readonly string[];
  readonly call: PendingCall;
}

/** The calls under way at hosts. */
export class PendingCalls {
  readonly #calls = new Map<string, Item[]>();
  readonly #order = new Set<Item>();
  readonly #timers: Timers;

  constructor(timers: Timers) {
    this.#timers = timers;
  }

  get size(): number {
    return this.#order.size;
  }

  /** `names`: the call as it was asked, and as its host runs it. */
  add(names: readonly HookEvent[], call: PendingCall): void {
    const item: Item = { keys: [...new Set(names.map(keyOf))], call };
    for (const key of item.keys) {
      const same = this.#calls.get(key);
      if (same === undefined) this.#calls.set(key, [item]);
      else same.push(item);
    }
    this.#order.add(item);
    const cancel = this.#timers.after(PENDING_MS, () => this.#drop(item));
    void call.enforced.finally(cancel);
    const [oldest] = this.#order;
    if (this.#order.size > MAX_PENDING && oldest !== undefined) this.#drop(oldest);
  }

  /** The oldest call that `event` may be the end of, which then waits no more. */
  take(event: HookEvent): PendingCall | undefined {
    const item = this.#calls.get(keyOf(event))?.[0];
    if (item === undefined) return undefined;
    this.#forget(item);
    return item.call;
  }

  /** Gives up all of them. */
  close(): void {
    for (const item of this.#order) this.#drop(item);
  }

  #drop(item: Item): void {
    this.#forget(item);
    item.call.giveUp();
  }

  #forget(item: Item): void {
    this.#order.delete(item);
    for (const key of item.keys) {
      const left = (this.#calls.get(key) ?? []).filter((one) => one !== item);
      if (left.length === 0) this.#calls.delete(key);
      else this.#calls.set(key, left);
    }
  }
}

function keyOf({ host, session = '', callId, tool, input }: HookEvent): string {
  return canonicalJson(callId === undefined ? [host, session, tool, input] : [host, session, 'id', callId]);
}
