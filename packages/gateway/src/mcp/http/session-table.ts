/** Open sessions by key: bounded, and ended when nobody uses them. */
import type { Fault, Timers } from '@writ/core';

/** What a table holds. */
export interface Held {
  /** Whether something is under way or listening, so that it must not be ended for idleness. */
  readonly isBusy: boolean;
  /** Resolves once nothing is under way. */
  idle(): Promise<void>;
  /** `why` is told to whoever still waits; absent where its client ended it, or does not use it. */
  close(why?: Fault): Promise<void>;
}

interface Slot<S> {
  readonly session: S;
  readonly owner: string;
  /** Counts down from {@link SWEEPS}; at zero it is ended. */
  sweepsLeft: number;
}

/** Sweeps within the time that a session may idle: so exact is its end. */
const SWEEPS = 4;

/** A table of sessions. When it is full, the one idle longest makes room; when none idles, there is none. */
export class SessionTable<S extends Held> {
  /** From the least recently used to the most. */
  readonly #slots = new Map<string, Slot<S>>();
  /** Out of the table, and not yet closed. */
  readonly #retired = new Set<S>();
  readonly #ofOwner = new Map<string, number>();
  readonly #ending = new Set<Promise<void>>();
  readonly #capacity: number;
  readonly #idleMs: number;
  readonly #timers: Timers;
  #cancelSweep: (() => void) | undefined;

  constructor(options: { readonly capacity: number; readonly idleMs: number; readonly timers: Timers }) {
    this.#capacity = options.capacity;
    this.#idleMs = options.idleMs;
    this.#timers = options.timers;
  }

  get size(): number {
    return this.#slots.size;
  }

  /** The session under `key`, which is used now. */
  get(key: string): S | undefined {
    const slot = this.#slots.get(key);
    if (slot === undefined) return undefined;
    slot.sweepsLeft = SWEEPS;
    this.#slots.delete(key);
    this.#slots.set(key, slot);
    return slot.session;
  }

  /** Makes room for one more; `false` where every session is busy. */
  hasRoom(): boolean {
    if (this.#slots.size < this.#capacity) return true;
    for (const [key, { session }] of this.#slots) {
      if (session.isBusy) continue;
      this.end(key);
      return true;
    }
    return false;
  }

  /** Makes room for one more of `owner`, who may have `most`: by ending the one of theirs that idles longest; `false` where all of theirs are busy. */
  hasRoomFor(owner: string, most: number): boolean {
    if ((this.#ofOwner.get(owner) ?? 0) < most) return true;
    for (const [key, slot] of this.#slots) {
      if (slot.owner !== owner || slot.session.isBusy) continue;
      this.end(key);
      return true;
    }
    return false;
  }

  /** `owner`: whose it is, where that is counted. */
  add(key: string, session: S, owner = ''): void {
    this.#slots.set(key, { session, owner, sweepsLeft: SWEEPS });
    this.#ofOwner.set(owner, (this.#ofOwner.get(owner) ?? 0) + 1);
    this.#cancelSweep ??= this.#timers.after(this.#idleMs / SWEEPS, () => this.#sweep());
  }

  /** Takes the session out and closes it; `false` where there is none. */
  end(key: string): boolean {
    const slot = this.#slots.get(key);
    if (slot === undefined) return false;
    this.#take(key, slot);
    this.#close(slot.session);
    return true;
  }

  /** Takes the session out and closes it once it is idle, so that its place is free at once. */
  retire(key: string): void {
    const slot = this.#slots.get(key);
    if (slot === undefined) return;
    this.#take(key, slot);
    const { session } = slot;
    this.#retired.add(session);
    void session.idle().then(() => this.#close(session));
  }

  /** Retires all. */
  retireAll(): void {
    for (const key of this.#slots.keys()) this.retire(key);
  }

  /** The sessions, in no order. */
  values(): readonly S[] {
    return [...this.#slots.values()].map(({ session }) => session);
  }

  /** Resolves once nothing is under way in any. */
  async idle(): Promise<void> {
    await Promise.all([...this.values(), ...this.#retired].map((session) => session.idle()));
  }

  /** Closes everything and waits for it. Idempotent. */
  async close(why?: Fault): Promise<void> {
    this.#cancelSweep?.();
    for (const [key, slot] of this.#slots) {
      this.#take(key, slot);
      this.#close(slot.session, why);
    }
    for (const session of this.#retired) this.#close(session, why);
    await Promise.all(this.#ending);
  }

  #take(key: string, { owner }: Slot<S>): void {
    this.#slots.delete(key);
    const left = (this.#ofOwner.get(owner) ?? 1) - 1;
    if (left === 0) this.#ofOwner.delete(owner);
    else this.#ofOwner.set(owner, left);
  }

  #close(session: S, why?: Fault): void {
    this.#retired.delete(session);
    const closed = session.close(why).finally(() => this.#ending.delete(closed));
    this.#ending.add(closed);
  }

  #sweep(): void {
    this.#cancelSweep = undefined;
    for (const [key, slot] of this.#slots) {
      if (slot.session.isBusy) slot.sweepsLeft = SWEEPS;
      else slot.sweepsLeft -= 1;
      if (slot.sweepsLeft <= 0) this.end(key);
    }
    if (this.#slots.size > 0) {
      this.#cancelSweep = this.#timers.after(this.#idleMs / SWEEPS, () => this.#sweep());
    }
  }
}
