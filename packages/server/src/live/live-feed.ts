/** What nodes recorded, as it comes: one reader for each organisation of a plane, whoever listens. */
import { BoundedMap } from '@writ/core';
import type { Plane } from '../plane.ts';
import { FACT_COLUMNS, RECEIPT_COLUMNS, type ReceiptShown, shownReceipt } from '../receipts/index.ts';
import type { ArrivalRow } from '../tables/index.ts';

/** How often it is looked for what came while somebody listens, in milliseconds: other servers take entries too. */
const LOOK_MS = 100;
/** Arrivals that are kept at hand. */
const KEPT = 64;
/** Arrivals that a listener may be behind: one that is further behind reads the list. */
export const MOST_BEHIND = 1_024;

/** Entries, or facts of entries, that came at once. */
export interface LiveBatch {
  readonly kind: 'entries' | 'facts';
  /** The oldest first. */
  readonly items: readonly ReceiptShown[];
}

/** Somebody who reads along. */
export interface LiveFollower {
  /** Place that it takes up next. */
  readonly next: () => number;
  /** Called once it is further behind than may be. */
  readonly drop: () => void;
}

const FEEDS = new WeakMap<Plane, Map<string, LiveFeed>>();

/** The feed of `organisation`. */
export function liveFeedOf(plane: Plane, organisation: string): LiveFeed {
  const feeds = FEEDS.get(plane) ?? new Map<string, LiveFeed>();
  FEEDS.set(plane, feeds);
  const feed = feeds.get(organisation) ?? new LiveFeed(plane.tables, organisation);
  feeds.set(organisation, feed);
  return feed;
}

export class LiveFeed {
  readonly #tables: Plane['tables'];
  readonly #organisation: string;
  readonly #followers = new Set<LiveFollower>();
  readonly #waiters = new Map<() => void, number>();
  #kept = new BoundedMap<number, Promise<LiveBatch | undefined>>(KEPT);
  #head = 0;
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(tables: Plane['tables'], organisation: string) {
    this.#tables = tables;
    this.#organisation = organisation;
  }

  /** The last place that was given, as the tables say now. */
  async head(): Promise<number> {
    await this.#look();
    return this.#head;
  }

  /** Resolves when the place was given, or `signal` aborts. */
  reached(place: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || place <= this.#head) return resolve();
      const end = (): void => {
        this.#waiters.delete(end);
        signal.removeEventListener('abort', end);
        this.#rest();
        resolve();
      };
      signal.addEventListener('abort', end, { once: true });
      this.#waiters.set(end, place);
      this.#wake();
    });
  }

  /** Joins; the end of following. */
  follow(follower: LiveFollower): () => void {
    this.#followers.add(follower);
    this.#wake();
    return () => {
      this.#followers.delete(follower);
      this.#rest();
    };
  }

  /** What came at `place`; `undefined` where that is not known any more. */
  batch(place: number): Promise<LiveBatch | undefined> {
    const known = this.#kept.get(place);
    if (known !== undefined) return known;
    const reading = this.#read(place);
    this.#kept.set(place, reading);
    // What could not be read is read anew by the next.
    reading.catch(() => this.#kept.delete(place));
    return reading;
  }

  #wake(): void {
    this.#timer ??= setInterval(() => void this.#look().catch(() => undefined), LOOK_MS).unref();
  }

  #rest(): void {
    if (this.#followers.size > 0 || this.#waiters.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #look(): Promise<void> {
    this.#looking ??= this.#lookOnce().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #lookOnce(): Promise<void> {
    const row = await this.#tables
      .selectFrom('arrival_heads')
      .select('place')
      .where('organisation', '=', this.#organisation)
      .executeTakeFirst();
    this.#head = row?.place ?? 0;
    for (const follower of this.#followers) if (this.#head - follower.next() > MOST_BEHIND) follower.drop();
    for (const [end, place] of this.#waiters) if (place <= this.#head) end();
  }

  async #read(place: number): Promise<LiveBatch | undefined> {
    const arrival = await this.#tables
      .selectFrom('arrivals')
      .selectAll()
      .where('organisation', '=', this.#organisation)
      .where('place', '=', place)
      .executeTakeFirst();
    return arrival === undefined ? undefined : this.#readRows(arrival);
  }

  async #readRows({ origin, kind, start, until }: ArrivalRow): Promise<LiveBatch> {
    let query = this.#tables
      .selectFrom('receipts')
      .leftJoin('facts', (join) =>
        join
          .onRef('facts.organisation', '=', 'receipts.organisation')
          .onRef('facts.origin', '=', 'receipts.origin')
          .onRef('facts.idx', '=', 'receipts.idx'),
      )
      .select([...RECEIPT_COLUMNS, ...FACT_COLUMNS])
      .where('receipts.organisation', '=', this.#organisation)
      .where('receipts.origin', '=', origin)
      .where('receipts.idx', '>=', start)
      .where('receipts.idx', '<', until);
    if (kind === 'facts') query = query.where('facts.at', 'is not', null);
    const rows = await query.orderBy('receipts.idx').execute();
    // INVARIANT: what was read before an erasure is read again after it.
    if (rows.some((row) => row.kind === 'erasure')) this.#kept = new BoundedMap(KEPT);
    return { kind: kind === 'facts' ? 'facts' : 'entries', items: rows.map(shownReceipt) };
  }
}
