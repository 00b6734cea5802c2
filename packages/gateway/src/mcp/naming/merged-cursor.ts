/** One opaque cursor for the next pages of several servers. */
import { fromBase64, fromUtf8, isJsonObject, parseStrictJson, toBase64, utf8 } from '@writ/core';

/** Where each server's list goes on, by the server's own opaque cursor; servers that are done are absent. */
export type Cursors = ReadonlyMap<string, string>;

/** The cursor for `cursors`; `undefined` where no server has more. */
export function mergeCursors(cursors: Cursors): string | undefined {
  if (cursors.size === 0) return undefined;
  return toBase64(utf8(JSON.stringify(Object.fromEntries(cursors))));
}

/** The servers' cursors in `cursor`; `undefined` where it is none of ours. It grants nothing that a server's own cursor would not. */
export function splitCursor(cursor: string): Cursors | undefined {
  let value: unknown;
  try {
    value = parseStrictJson(fromUtf8(fromBase64(cursor)));
  } catch {
    // A client wrote a cursor of its own: the caller answers that it is not valid.
    return undefined;
  }
  if (!isJsonObject(value)) return undefined;
  const cursors = new Map<string, string>();
  for (const [server, own] of Object.entries(value)) {
    if (typeof own !== 'string') return undefined;
    cursors.set(server, own);
  }
  return cursors;
}
