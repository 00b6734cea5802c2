/** Decisions as they come: the stream, and while that is not there the list, asked again and again. */
import { answered, api, ApiProblem } from '../../api/index.ts';
import { openStream, type StreamState } from '../../events/index.ts';
import type { LiveReceipt } from '../../receipts/index.ts';
import { Ring, type RingView } from './ring.ts';

/** How many of the newest are read at first, and after a gap. */
const FIRST_PAGE = 200;
/** How often the list is read while the stream is not live, in milliseconds. */
const ASK_MS = 3_000;
/** Views are made at most this often, in milliseconds: seven in a second are as soon as anybody reads, and leave time for every frame. */
const VIEW_MS = 150;
/** A view is made at least this often while anything is shown, in milliseconds, so that bars move on. */
const MOVE_MS = 1_000;

/** What the page is told. */
export interface LiveState {
  readonly view: RingView;
  readonly stream: StreamState;
  /** Why nothing could be read; absent where something was, or nothing was tried yet. */
  readonly problem?: ApiProblem | undefined;
  readonly isLoaded: boolean;
}

/** One feed. */
export interface LiveFeed {
  readonly state: () => LiveState;
  readonly subscribe: (listener: () => void) => () => void;
  readonly end: () => void;
}

export function openLiveFeed(): LiveFeed {
  const ring = new Ring();
  const listeners = new Set<() => void>();
  let state: LiveState = {
    view: ring.view(Date.now()),
    stream: { freshness: 'connecting', since: Date.now() },
    isLoaded: false,
  };
  let isEnded = false;
  let isDirty = false;
  let shownAt = 0;
  const tell = (change: Partial<LiveState>): void => {
    state = { ...state, ...change };
    for (const listener of listeners) listener();
  };
  const draw = (): void => {
    if (isEnded) return;
    const now = Date.now();
    if ((isDirty && now - shownAt >= VIEW_MS) || now - shownAt >= MOVE_MS) {
      isDirty = false;
      shownAt = now;
      tell({ view: ring.view(now) });
    }
    requestAnimationFrame(draw);
  };
  const take = (receipts: readonly LiveReceipt[]): void => {
    ring.take(receipts);
    isDirty = true;
  };
  const read = async (): Promise<void> => {
    try {
      const { items } = await answered(api.GET('/v1/receipts', { params: { query: { limit: FIRST_PAGE } } }));
      take(items);
      tell({ isLoaded: true, problem: undefined });
    } catch (thrown) {
      if (!(thrown instanceof ApiProblem)) throw thrown;
      tell({ isLoaded: true, problem: thrown });
    }
  };
  const end = openStream({
    url: '/v1/receipts/live',
    // `facts`: the same receipts again, with what their nodes disclosed since.
    names: ['receipts', 'facts'],
    onEvent: (_name, data) => take(receiptsOf(data)),
    onGap: () => undefined,
    onState(stream) {
      tell({ stream });
      // The stream tells what comes from now on: what came until now is read once it is there, so that nothing falls between.
      if (stream.freshness === 'live') void read();
    },
  });
  const timer = setInterval(() => {
    const isForbidden = state.problem?.status === 403;
    if (state.stream.freshness !== 'live' && document.visibilityState === 'visible' && !isForbidden)
      void read();
  }, ASK_MS);
  void read();
  requestAnimationFrame(draw);
  return {
    state: () => state,
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    end() {
      isEnded = true;
      clearInterval(timer);
      end();
    },
  };
}

/** Of an event: a list of receipts. */
function receiptsOf(data: unknown): readonly LiveReceipt[] {
  const list: unknown = Array.isArray(data) ? data : (data as { readonly items?: unknown }).items;
  return Array.isArray(list) ? (list as readonly LiveReceipt[]) : [];
}
