/** Reading the event stream of a response as it comes. */
import { dataOf } from '../http-harness.ts';
import { isJsonObject, type JsonObject, parseStrictJson } from '@writ/core';

/** An open stream. */
export interface OpenStream {
  /** The next message; rejects where the stream ended. */
  next(): Promise<JsonObject>;
  /** Resolves once the other side ended it. */
  ended(): Promise<void>;
}

/** Reads `response`. */
export function streamOf(response: Response): OpenStream {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  const ready: string[] = [];
  const read = async (): Promise<boolean> => {
    const part = await reader?.read().catch(() => undefined);
    if (part?.value === undefined) return false;
    held += part.value;
    const at = held.lastIndexOf('\n\n');
    ready.push(...dataOf(held.slice(0, at + 1)));
    held = held.slice(at + 2);
    return true;
  };
  return {
    async next() {
      while (ready.length === 0) if (!(await read())) throw new Error('the stream ended');
      const message = parseStrictJson(ready.shift() ?? '');
      return isJsonObject(message) ? message : {};
    },
    async ended() {
      while (await read());
    },
  };
}
