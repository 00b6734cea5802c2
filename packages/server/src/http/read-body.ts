/** The body of a request: bounded by what is read, whatever its headers say, and strict JSON. */
import { fromUtf8, isFault, isJsonObject, type JsonObject, parseStrictJson } from '@writ/core';
import { Problem } from './problem.ts';

/** Largest body of an ordinary request, in bytes. */
export const MAX_BODY_BYTES: number = 1024 * 1024;
/** Largest body of a request that anybody may send, in bytes: so many may come at once that their sum is memory. */
export const MAX_OPEN_BODY_BYTES: number = 64 * 1024;
/** Deepest nesting of a body. */
const MAX_DEPTH = 32;

/** The bytes of `request`, at most `limit`. Throws `request.too-large` as soon as more came, also of a body without a length, and `request.malformed` where it breaks off. */
export async function readBytes(request: Request, limit: number = MAX_BODY_BYTES): Promise<Uint8Array> {
  const { body } = request;
  if (body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let length = 0;
  try {
    // Leaving the loop cancels the stream.
    for await (const chunk of body as AsyncIterable<Uint8Array>) {
      length += chunk.byteLength;
      if (length > limit) throw new Problem('request.too-large', `a body has at most ${limit} bytes here`);
      chunks.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    // Whoever leaves in the middle is no fault of ours, and fills no log with such.
    throw new Problem('request.malformed', 'the body broke off');
  }
  return Buffer.concat(chunks, length);
}

/** `bytes` as one JSON object. Throws `request.media-type` for another type and `request.malformed` for anything that is not exactly one JSON object. */
export function readObject(bytes: Uint8Array, contentType: string | undefined): JsonObject {
  if (!/^application\/json\s*(?:;\s*charset=utf-8\s*)?$/i.test(contentType ?? ''))
    throw new Problem('request.media-type', 'a body is `application/json`');
  let value: unknown;
  try {
    value = parseStrictJson(fromUtf8(bytes), { maxLength: bytes.length, maxDepth: MAX_DEPTH });
  } catch (fault) {
    if (isFault(fault)) throw new Problem('request.malformed', `the body is not JSON: ${fault.message}`);
    throw fault;
  }
  if (!isJsonObject(value)) throw new Problem('request.malformed', 'the body is not a JSON object');
  return value;
}
