/** A stream of Server-Sent Events, read event by event. */

/** One that came. */
export interface Heard {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: {
    readonly action?: string;
    readonly object?: string;
    readonly code?: string;
    readonly after?: number;
  };
}

/** What comes of a stream. */
export interface Reading {
  /** The next event; `undefined` once the stream ended. */
  next(): Promise<Heard | undefined>;
  cancel(): Promise<void>;
}

/** Reads the stream of `response`. */
export function reading(response: Response): Reading {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
  let text = '';
  return {
    async next(): Promise<Heard | undefined> {
      for (;;) {
        const end = text.indexOf('\n\n');
        if (end >= 0) {
          const lines = text.slice(0, end).split('\n');
          text = text.slice(end + 2);
          const field = (name: string) =>
            lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
          const event = field('event');
          if (event === undefined) continue;
          return { id: field('id'), event, data: JSON.parse(field('data') ?? '{}') };
        }
        const { done, value } = await reader.read();
        if (done) return undefined;
        text += value;
      }
    },
    cancel: () => reader.cancel(),
  };
}
