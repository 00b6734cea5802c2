/** What nodes of one organisation record, to one listener, from where it left off. */
import type { Caller } from '../callers/index.ts';
import { createListeners, eventStream, type SentEvent, stillGood } from '../events/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import type { ReceiptShown } from '../receipts/index.ts';
import { type LiveFeed, liveFeedOf, MOST_BEHIND } from './live-feed.ts';

/** Silence after which a comment is sent, in milliseconds. */
const COMMENT_MS = 15_000;
/** A stream ends after this long, in milliseconds, and its listener comes again with the credential that it has then. */
const LONGEST_MS = 10 * 60_000;
/** Receipts of one event, and arrivals that are looked through at once. */
const MOST_RECEIPTS = 64;
const MOST_ARRIVALS = 16;
const MOST_LISTENERS = 400;
const LISTENERS = createListeners(MOST_LISTENERS);

/** Of which receipts a listener is told. What a node did not disclose of one it is not found by. */
export interface LiveFilter {
  readonly node?: string | undefined;
  readonly kind?: string | undefined;
  readonly verdict?: string | undefined;
  readonly agent?: string | undefined;
  readonly tool?: string | undefined;
  readonly session?: string | undefined;
}

/** How somebody listens. */
export interface Listening {
  /** Place of the last event that was seen; absent for what comes from now on. */
  readonly after: number | undefined;
  readonly filter: LiveFilter;
  /** Whether people may be named. */
  readonly mayAudit: boolean;
  readonly signal: AbortSignal;
}

/** Answers `GET /v1/receipts/live`. Throws `request.gone` where `after` is too long ago, or of another record, and `request.too-many`. */
export async function listenLive(
  plane: Plane,
  caller: Caller,
  { after, filter, mayAudit, signal }: Listening,
): Promise<Response> {
  const feed = liveFeedOf(plane, caller.organisation);
  const head = await feed.head();
  let next = after === undefined ? head + 1 : after + 1;
  const isKnown = next > head || (await feed.batch(next)) !== undefined;
  if (next > head + 1 || head - next > MOST_BEHIND || !isKnown)
    throw new Problem('request.gone', 'what came after that is not told any more; read the list anew');
  const leave = LISTENERS.enter(plane, caller.organisation);
  const until = Date.now() + LONGEST_MS;
  const slow = (): SentEvent => ({ name: 'resume', data: { code: 'listener.slow', after: next - 1 } });
  const unfollow = feed.follow({ next: () => next, drop: () => stream.end(slow()) });
  const stream = eventStream({
    signal,
    ended() {
      unfollow();
      leave();
    },
    async next(ending) {
      for (;;) {
        await withComment(feed, next, ending);
        if (Date.now() > until || !(await stillGood(plane, caller, 'watch'))) return undefined;
        const now = await feed.head();
        if (next > now || ending.aborted) return [];
        const taken = await take(feed, next, now);
        if (taken === undefined) return undefined;
        const events = eventsOf(taken.batches, (receipt) => (matches(receipt, filter) ? receipt : undefined));
        next = taken.to;
        if (events.length > 0) return mayAudit ? events : events.map(withoutPeople);
      }
    },
  });
  return stream.response;
}

/** Waits for `place`, for as long as silence is good. */
async function withComment(feed: LiveFeed, place: number, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), COMMENT_MS);
  try {
    await feed.reached(place, AbortSignal.any([signal, silence.signal]));
  } finally {
    clearTimeout(timer);
  }
}

interface TakenBatch {
  readonly place: number;
  readonly kind: 'entries' | 'facts';
  readonly items: readonly ReceiptShown[];
}

/** What came from `from` on; `undefined` where that is not known any more. */
async function take(
  feed: LiveFeed,
  from: number,
  head: number,
): Promise<{ readonly batches: readonly TakenBatch[]; readonly to: number } | undefined> {
  const to = Math.min(head + 1, from + MOST_ARRIVALS);
  const batches: TakenBatch[] = [];
  for (let place = from; place < to; place += 1) {
    const batch = await feed.batch(place);
    if (batch === undefined) return undefined;
    batches.push({ place, ...batch });
  }
  return { batches, to };
}

interface ReceiptsEvent extends SentEvent {
  readonly data: readonly ReceiptShown[];
}

/** Few events of many receipts. INVARIANT: one has the id of an arrival only where everything of that was told with it or before. */
function eventsOf(
  batches: readonly TakenBatch[],
  chosen: (receipt: ReceiptShown) => ReceiptShown | undefined,
): readonly ReceiptsEvent[] {
  const events: { id: number; name: string; data: ReceiptShown[] }[] = [];
  for (const { place, kind, items } of batches) {
    const left = items.map(chosen).filter((receipt) => receipt !== undefined);
    const name = kind === 'facts' ? 'facts' : 'receipts';
    for (const receipt of left) {
      const last = events.at(-1);
      if (last?.name === name && last.data.length < MOST_RECEIPTS) last.data.push(receipt);
      else events.push({ id: place - 1, name, data: [receipt] });
    }
    const last = events.at(-1);
    if (last !== undefined) last.id = place;
  }
  return events;
}

function matches(receipt: ReceiptShown, filter: LiveFilter): boolean {
  return (['node', 'kind', 'verdict', 'agent', 'tool', 'session'] as const).every(
    (name) => filter[name] === undefined || receipt[name] === filter[name],
  );
}

function withoutPeople(event: ReceiptsEvent): SentEvent {
  return { ...event, data: event.data.map(({ person: _person, ...receipt }) => receipt) };
}
