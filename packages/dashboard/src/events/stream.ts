/** One stream of Server-Sent Events that comes again by itself, and says how fresh it is. */

/** How fresh what a stream feeds is: `delayed` while it comes again, `disconnected` where that does not succeed. */
export type Freshness = 'connecting' | 'live' | 'delayed' | 'disconnected';

/** A stream's state, and since when. */
export interface StreamState {
  readonly freshness: Freshness;
  /** Milliseconds since 1970. */
  readonly since: number;
}

/** How one is opened. */
export interface StreamOptions {
  readonly url: string;
  /** Names of the events that are told. */
  readonly names: readonly string[];
  readonly onEvent: (name: string, data: unknown) => void;
  /** Called when events may have been missed: whatever was read is read again. */
  readonly onGap: () => void;
  readonly onState: (state: StreamState) => void;
}

/** How long it may come again before it is called disconnected, in milliseconds. */
const DELAYED_MS = 8_000;
/** First and longest wait before it is opened anew where the server refused it, in milliseconds. */
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
/** Hidden for longer, it is closed: a browser has six connections to a server, for all of its tabs. */
const HIDDEN_MS = 30_000;

/** Opens it; the answer ends it. */
export function openStream({ url, names, onEvent, onGap, onState }: StreamOptions): () => void {
  let source: EventSource | undefined;
  let state: StreamState = { freshness: 'connecting', since: Date.now() };
  let wait = FIRST_WAIT_MS;
  let hasMissed = false;
  const timers = new Map<'late' | 'again' | 'hidden', ReturnType<typeof setTimeout>>();
  const after = (name: 'late' | 'again' | 'hidden', milliseconds: number, run: () => void): void => {
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(run, milliseconds));
  };
  const become = (freshness: Freshness): void => {
    if (freshness === state.freshness) return;
    // From delayed to disconnected nothing new happened: it is since the same moment.
    const isSame = freshness === 'disconnected' && state.freshness === 'delayed';
    state = { freshness, since: isSame ? state.since : Date.now() };
    onState(state);
  };
  const open = (): void => {
    source?.close();
    const opened = new EventSource(url);
    source = opened;
    opened.onopen = () => {
      clearTimeout(timers.get('late'));
      wait = FIRST_WAIT_MS;
      if (hasMissed) onGap();
      hasMissed = false;
      become('live');
    };
    opened.onerror = () => {
      // Counted from the first loss: each time that it comes in vain is one more.
      if (state.freshness === 'live' || state.freshness === 'connecting') {
        become('delayed');
        after('late', DELAYED_MS, () => become('disconnected'));
      }
      // The browser comes again by itself, unless the server refused it.
      if (opened.readyState !== EventSource.CLOSED) return;
      hasMissed = true;
      after('again', wait, open);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    };
    for (const name of names)
      opened.addEventListener(name, (event: MessageEvent<string>) => {
        const data = parsed(event.data);
        if (data !== undefined) onEvent(name, data);
      });
  };
  const onVisibility = (): void => {
    if (document.visibilityState === 'hidden') {
      after('hidden', HIDDEN_MS, () => {
        source?.close();
        source = undefined;
        hasMissed = true;
      });
      return;
    }
    clearTimeout(timers.get('hidden'));
    if (source === undefined) open();
  };
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    document.removeEventListener('visibilitychange', onVisibility);
    for (const timer of timers.values()) clearTimeout(timer);
    source?.close();
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
