/** The events of one organisation to one listener, from where it left off. */
import type { Caller } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { type EventFeed, feedOf, KEPT_ENTRIES, type PlaneEvent } from './feed.ts';
import { createListeners } from './listeners.ts';
import { stillGood } from './still-good.ts';
import { eventStream, type SentEvent } from './stream.ts';

/** Silence after which a comment is sent, in milliseconds. */
const COMMENT_MS = 15_000;
/** A stream ends after this long, in milliseconds, and its listener comes again with the credential that it has then. */
const LONGEST_MS = 10 * 60_000;
/** Entries looked through, and events sent, at once. */
const MOST_AT_ONCE = 64;
/** How far ahead of this server a listener may be that another server told, in entries. */
const MOST_AHEAD = 1_000;
const MOST_LISTENERS = 400;
const LISTENERS = createListeners(MOST_LISTENERS);

/**
 * Answers `GET /v1/events`. `after`: index of the last event that the listener saw; absent for what comes from now on. Throws `request.gone` where that is too long ago, or of
 * another record, and `request.too-many`.
 */
export function listenAlong(
  plane: Plane,
  caller: Caller,
  { after, signal }: { readonly after: number | undefined; readonly signal: AbortSignal },
): Response {
  const feed = feedOf(plane);
  const position = feed.position();
  let next = after === undefined ? position : after + 1;
  if (position - next > KEPT_ENTRIES || next > position + MOST_AHEAD)
    throw new Problem('request.gone', 'what came after that is not told any more; read the lists anew');
  const leave = LISTENERS.enter(plane, caller.organisation);
  const until = Date.now() + LONGEST_MS;
  let lastSent = next - 1;
  const unfollow = feed.follow({
    next: () => Math.min(next, feed.position()),
    drop: () => stream.end({ name: 'resume', data: { code: 'listener.slow', after: lastSent } }),
  });
  const stream = eventStream({
    signal,
    ended() {
      unfollow();
      leave();
    },
    async next(ending) {
      for (;;) {
        await withComment(feed, next, ending);
        if (Date.now() > until || !(await stillGood(plane, caller, 'read'))) return undefined;
        if (next >= feed.position()) return [];
        const { events, to } = take(feed, next, caller.organisation);
        next = to;
        if (events.length === 0) continue;
        lastSent = events.at(-1)?.index ?? lastSent;
        return events.map(sent);
      }
    },
  });
  return stream.response;
}

/** Waits for the entry `index`, for as long as silence is good. */
async function withComment(feed: EventFeed, index: number, signal: AbortSignal): Promise<void> {
  const silence = new AbortController();
  const timer = setTimeout(() => silence.abort(), COMMENT_MS);
  try {
    await feed.reached(index, AbortSignal.any([signal, silence.signal]));
  } finally {
    clearTimeout(timer);
  }
}

function take(
  feed: EventFeed,
  from: number,
  organisation: string,
): { readonly events: readonly PlaneEvent[]; readonly to: number } {
  const to = Math.min(feed.position(), from + MOST_AT_ONCE);
  const events: PlaneEvent[] = [];
  for (let index = from; index < to; index += 1) {
    const event = feed.at(index);
    // INVARIANT: what is of another organisation is not even counted.
    if (event?.organisation === organisation) events.push(event);
  }
  return { events, to };
}

function sent({ index, organisation: _own, ...data }: PlaneEvent): SentEvent {
  return { id: index, name: 'change', data };
}
