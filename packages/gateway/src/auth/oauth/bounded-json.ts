/** One JSON document from an issuer: over TLS, within bounds of time and size, and from nowhere else than where it was asked for. */
import { describeFault, Fault, fromUtf8, isJsonObject, type JsonObject, parseStrictJson } from '@writ/core';
import { isLoopbackHost } from '../listener.ts';

/** Longest wait for a document, in milliseconds. */
export const FETCH_DEADLINE_MS = 5_000;
/** Largest document, in bytes: key sets of large providers have some 20 KB. */
export const MAX_DOCUMENT_BYTES = 524_288;

/** Fetches over HTTP; the system's `fetch` fits. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A document, or `missing` where the server says that there is none (404, 410). */
export type Fetched =
  | { readonly status: 'found'; readonly document: JsonObject }
  | { readonly status: 'missing' };

/** Whether keys may come from `url`: over TLS, or over the loopback interface of this machine. */
export function isSafeUrl(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname, username, password, hash } = new URL(url);
  if (username !== '' || password !== '' || hash !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && isLoopbackHost(hostname));
}

/** The JSON object at `url`. Throws `io.failed` for anything else than 200 and 404; redirects are not followed. */
export async function fetchJson(url: string, fetch: Fetch): Promise<Fetched> {
  if (!isSafeUrl(url)) throw failed(url, 'it is not an `https:` address');
  const signal = AbortSignal.timeout(FETCH_DEADLINE_MS);
  try {
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { accept: 'application/json' },
    });
    if (response.status !== 200) {
      await response.body?.cancel();
      if (response.status === 404 || response.status === 410) return { status: 'missing' };
      throw failed(url, `it answered with status ${response.status}`);
    }
    const document = parseStrictJson(fromUtf8(await readBounded(response, url)));
    if (!isJsonObject(document)) throw failed(url, 'its answer is no JSON object');
    return { status: 'found', document };
  } catch (cause) {
    if (cause instanceof Fault && cause.code === 'io.failed') throw cause;
    const problem = signal.aborted ? `no answer came within ${FETCH_DEADLINE_MS} ms` : describeFault(cause);
    throw failed(url, problem, cause);
  }
}

async function readBounded(response: Response, url: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const body: AsyncIterable<Uint8Array> | null = response.body;
  if (body === null) return new Uint8Array();
  for await (const chunk of body) {
    length += chunk.length;
    if (length > MAX_DOCUMENT_BYTES)
      throw failed(url, `its answer is longer than ${MAX_DOCUMENT_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function failed(url: string, problem: string, cause?: unknown): Fault {
  return new Fault('io.failed', `cannot read \`${url}\`: ${problem}`, {}, { cause });
}
