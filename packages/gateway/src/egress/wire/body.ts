/** Bodies of requests, as far as they are looked at. */
import type { IncomingMessage } from 'node:http';
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib';
import type { Timers } from '@writ/core';

/** A body: none, all of it with its text, or one of which nobody can look at everything. */
export type Body =
  | { readonly is: 'none' }
  | { readonly is: 'whole'; readonly bytes: Buffer; readonly text: string }
  | { readonly is: 'unread'; readonly start: Buffer; readonly isEnded: boolean; readonly why: string }
  /** It did not come in time, or broke off. */
  | { readonly is: 'broken' };

/** Reads the body of `request`, at most `most` bytes of it within `ms`. */
export async function readBody(
  request: IncomingMessage,
  { most, ms, timers }: { readonly most: number; readonly ms: number; readonly timers: Timers },
): Promise<Body> {
  const { headers } = request;
  if (headers['transfer-encoding'] === undefined && (headers['content-length'] ?? '0') === '0')
    return { is: 'none' };
  const chunks: Buffer[] = [];
  let length = 0;
  const end = await new Promise<'ended' | 'large' | 'broken'>((resolve) => {
    const cancel = timers.after(ms, () => done('broken'));
    const take = (chunk: Buffer): void => {
      chunks.push(chunk);
      length += chunk.length;
      if (length > most) done('large');
    };
    const ended = (): void => done('ended');
    const broken = (): void => done('broken');
    const done = (how: 'ended' | 'large' | 'broken'): void => {
      cancel();
      request.pause();
      request.off('data', take).off('end', ended).off('error', broken).off('close', broken);
      resolve(how);
    };
    request.on('data', take).once('end', ended).once('error', broken).once('close', broken);
  });
  if (end === 'broken') return { is: 'broken' };
  const bytes = Buffer.concat(chunks);
  if (end === 'large')
    return { is: 'unread', start: bytes, isEnded: false, why: `it is longer than ${most} bytes` };
  const text = readableText(bytes, headers['content-encoding'], most);
  if (text === undefined)
    return {
      is: 'unread',
      start: bytes,
      isEnded: true,
      why: `it is packed in a way that cannot be undone here, or longer than ${most} bytes once it is unpacked`,
    };
  return { is: 'whole', bytes, text };
}

/**
 * What detectors see of a body: without its content coding (RFC 9110 §8.4.1), as text. `undefined` for codings that are not known, nested, or not what they
 * say, and for what has more than `most` bytes once it is unpacked: a few kilobytes could keep detectors busy for seconds.
 */
export function readableText(bytes: Buffer, coding: string | undefined, most: number): string | undefined {
  const plain = unpack(bytes, coding, most);
  return plain === undefined ? undefined : textOf(plain);
}

function unpack(bytes: Buffer, coding: string | undefined, most: number): Buffer | undefined {
  const options = { maxOutputLength: most, info: true };
  try {
    switch ((coding ?? 'identity').trim().toLowerCase()) {
      case 'identity':
        return bytes;
      case 'gzip':
      case 'x-gzip':
        return allOf(gunzipSync(bytes, options), bytes);
      case 'deflate':
        return allOf(inflateSync(bytes, options), bytes);
      case 'br':
        return allOf(brotliDecompressSync(bytes, options), bytes);
      default:
        return undefined;
    }
  } catch {
    // Broken, or longer than anybody looks at: either way not seen.
    return undefined;
  }
}

/** What was unpacked, where that was all of `packed`: what stands behind the end of it would be seen by the host alone. `info` has Node answer both. */
function allOf(unpacked: unknown, packed: Buffer): Buffer | undefined {
  const { buffer, engine } = unpacked as {
    readonly buffer: Buffer;
    readonly engine: { readonly bytesWritten: number };
  };
  return engine.bytesWritten === packed.length ? buffer : undefined;
}

/** UTF-8 where it is that, else one character for each byte, so that what is readable in it is found. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd') && !Buffer.from(text).equals(bytes) ? bytes.toString('latin1') : text;
}
