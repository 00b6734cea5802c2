/** A stream of Server-Sent Events that a reader pulls at its own speed: nothing is buffered for whoever is slow. */

/** One event as it is sent; without a name and data it is a comment, which keeps proxies from ending the stream. */
export interface SentEvent {
  readonly id?: number;
  readonly name: string;
  readonly data: object;
}

/** What the stream is made of. */
export interface StreamOptions {
  /** Resolves with what is to be sent next, at most some dozens; `undefined` ends the stream. Asked again only once that was taken. */
  readonly next: (signal: AbortSignal) => Promise<readonly SentEvent[] | undefined>;
  /** Called once, whoever ended it. */
  readonly ended: () => void;
  /** Of the request. */
  readonly signal: AbortSignal;
}

/** A stream, and how to end it with a last word although nobody takes anything. */
export interface EventStream {
  readonly response: Response;
  readonly end: (last?: SentEvent) => void;
}

/** How long a browser waits before it comes again, in milliseconds. */
const RETRY_MS = 1_000;

export function eventStream({ next, ended, signal }: StreamOptions): EventStream {
  const encoder = new TextEncoder();
  const ending = new AbortController();
  let controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  const end = (last?: SentEvent): void => {
    if (ending.signal.aborted) return;
    ending.abort();
    signal.removeEventListener('abort', onAbort);
    ended();
    try {
      if (last !== undefined) controller?.enqueue(encoder.encode(textOf(last)));
      controller?.close();
    } catch {
      // The reader is gone already.
    }
  };
  const onAbort = (): void => end();
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given;
        given.enqueue(encoder.encode(`retry: ${RETRY_MS}\n\n`));
      },
      async pull(given) {
        try {
          const events = await next(ending.signal);
          if (ending.signal.aborted) return;
          if (events === undefined) return end();
          given.enqueue(encoder.encode(events.length === 0 ? ':\n\n' : events.map(textOf).join('')));
        } catch {
          // It comes again, and is told what is wrong.
          end();
        }
      },
      cancel: () => end(),
    },
    { highWaterMark: 2 },
  );
  if (signal.aborted) end();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    response: new Response(body, {
      headers: {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      },
    }),
    end,
  };
}

function textOf({ id, name, data }: SentEvent): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}
