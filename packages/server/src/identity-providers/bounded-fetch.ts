/** Requests to an identity provider: no redirects, and answers of a bounded size. */
import type { CustomFetch } from 'openid-client';

/** Largest answer that is read, in bytes: metadata, keys and tokens are far smaller. */
const MOST_BYTES = 1024 * 1024;

/** `fetch` as it is used for providers. The signal that comes with the options ends also the reading. */
export const boundedFetch: CustomFetch = async (url, options) => {
  const response = await fetch(url, { ...options, redirect: 'manual' } as RequestInit);
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > MOST_BYTES) throw new TypeError('the identity provider answered with too much');
    chunks.push(chunk);
  }
  const { status, headers } = response;
  const isEmpty = [101, 204, 205, 304].includes(status);
  return new Response(isEmpty ? null : Buffer.concat(chunks, length), { status, headers });
};
