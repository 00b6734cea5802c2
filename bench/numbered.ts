// Requests that differ in their ids alone, made with one copy each.

/** All have ten digits, so that a request's length does not depend on its number. */
const FIRST = 1_000_000_000;
const FIELD = `"id":${FIRST}`;

/** A request and its id. */
export interface Numbered {
  readonly id: number;
  readonly bytes: Buffer;
}

/** A request of JSON-RPC, as text, whose id {@link numbered} replaces. */
export function requestText(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: FIRST, method, params });
}

/** The same request over and over, each time with the next id. `whole` holds a text of {@link requestText}. */
export function numbered(whole: Buffer): () => Numbered {
  const at = whole.indexOf(FIELD) + FIELD.length - String(FIRST).length;
  let id = FIRST;
  return () => {
    id += 1;
    const bytes = Buffer.from(whole);
    bytes.write(String(id), at, 'latin1');
    return { id, bytes };
  };
}
