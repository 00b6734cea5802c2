/** What happened, as the log tells it: one reader for each plane, whoever listens. Nothing sealed is in it. */
import type { ActorKind } from '@writ/core';
import type { Plane } from '../plane.ts';

/** How often the log is looked at while somebody listens, in milliseconds: other servers write to it too. */
const LOOK_MS = 50;
/** Entries taken up in one look, so that requests beside it are answered. */
const MOST_PER_LOOK = 256;
/** Entries that are kept at hand; whoever is further behind reads the log, or lists anew. */
export const KEPT_ENTRIES = 4_096;

/** One change of an object of an organisation. */
export interface PlaneEvent {
  /** Index of its entry: where a listener resumes after. */
  readonly index: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly organisation: string;
  readonly action: string;
  readonly object: string;
  readonly actor: ActorKind;
}

/** Somebody who reads along. */
export interface Follower {
  /** Index of the next entry that it takes up. */
  readonly next: () => number;
  /** Called once it is further behind than what is kept. */
  readonly drop: () => void;
}

/** Reads along with the log while anybody follows. */
export interface EventFeed {
  /** Index that the next entry will have, as far as was read. */
  readonly position: () => number;
  /** The event of entry `index`, below `position`; absent where the entry is of another kind. */
  readonly at: (index: number) => PlaneEvent | undefined;
  /** Resolves when there is an entry `index`, or `signal` aborts. */
  readonly reached: (index: number, signal: AbortSignal) => Promise<void>;
  /** Joins; the end of following. */
  readonly follow: (follower: Follower) => () => void;
}

const FEEDS = new WeakMap<Plane, EventFeed>();

/** The one feed of `plane`. */
export function feedOf(plane: Plane): EventFeed {
  const feed = FEEDS.get(plane) ?? new Feed(plane.log.reader);
  FEEDS.set(plane, feed);
  return feed;
}

class Feed implements EventFeed {
  readonly #reader: Plane['log']['reader'];
  readonly #followers = new Set<Follower>();
  readonly #waiters = new Map<() => void, number>();
  /** The newest entries, the last of which is before `#position`. */
  #kept: (PlaneEvent | undefined)[] = [];
  #position: number;
  #timer: NodeJS.Timeout | undefined;

  constructor(reader: Plane['log']['reader']) {
    this.#reader = reader;
    this.#position = reader.size();
  }

  readonly position = (): number => {
    if (this.#timer === undefined) this.#catchUp();
    return this.#position;
  };

  readonly at = (index: number): PlaneEvent | undefined => {
    const first = this.#position - this.#kept.length;
    return index >= first ? this.#kept[index - first] : this.#read(index);
  };

  readonly reached = (index: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve) => {
      if (signal.aborted || index < this.position()) return resolve();
      const end = (): void => {
        this.#waiters.delete(end);
        signal.removeEventListener('abort', end);
        this.#rest();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      this.#waiters.set(end, index);
      this.#wake();
    });

  readonly follow = (follower: Follower): (() => void) => {
    this.#followers.add(follower);
    this.#wake();
    return () => {
      this.#followers.delete(follower);
      this.#rest();
    };
  };

  #wake(): void {
    if (this.#timer !== undefined) return;
    this.#catchUp();
    this.#timer = setInterval(() => this.#look(), LOOK_MS);
    this.#timer.unref();
  }

  #rest(): void {
    if (this.#followers.size > 0 || this.#waiters.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  /** Nobody followed for a while: what happened meanwhile is read from the log by whoever asks for it. */
  #catchUp(): void {
    const size = this.#reader.size();
    if (size === this.#position) return;
    this.#kept = [];
    this.#position = size;
  }

  #look(): void {
    try {
      const size = Math.min(this.#reader.size(), this.#position + MOST_PER_LOOK);
      while (this.#position < size) {
        this.#kept.push(this.#read(this.#position));
        this.#position += 1;
      }
    } catch {
      // The log cannot be read now; requests are told so, and listeners wait.
      return;
    }
    if (this.#kept.length > KEPT_ENTRIES) this.#kept = this.#kept.slice(-KEPT_ENTRIES);
    for (const follower of this.#followers)
      if (this.#position - follower.next() > KEPT_ENTRIES) follower.drop();
    for (const [end, index] of this.#waiters) if (index < this.#position) end();
  }

  #read(index: number): PlaneEvent | undefined {
    const { entry } = this.#reader.entry(index);
    if (entry.kind !== 'administration') return undefined;
    const { action, object, organisation, actor } = entry.administration;
    return { index, at: entry.time, organisation, action, object, actor };
  }
}
