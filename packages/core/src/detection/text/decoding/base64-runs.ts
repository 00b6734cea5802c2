/** Base64 runs of a text (RFC 4648 §4 and §5) that decode to plausible text. */
import {
  classOf,
  ALPHANUMERIC,
  HYPHEN,
  LONG_RUN_LENGTH,
  PLUS,
  SLASH,
  UNDERSCORE,
} from '../../survey/index.ts';
import { type MappedText, MappedTextBuilder } from './mapped-text.ts';
import { afterByte, BETWEEN, MALFORMED } from './utf8-state.ts';

const ALPHABET: number = ALPHANUMERIC | PLUS | SLASH | HYPHEN | UNDERSCORE;

const VALUES: Uint8Array = new Uint8Array(128);
for (const [index, character] of [
  ...'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
].entries()) {
  VALUES[character.charCodeAt(0)] = index;
}
VALUES['-'.charCodeAt(0)] = 62;
VALUES['_'.charCodeAt(0)] = 63;

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Runs that decode to no more bytes than this are decoded into an array that is used again and again; its content means nothing between calls. */
const SCRATCH: Uint8Array = new Uint8Array(4_096);

/**
 * Each run of at least {@link LONG_RUN_LENGTH} base64 characters that decodes to text, as its own view.
 *
 * A whole run stands behind every unit of its view, so that redaction never leaves half a run. Decoding stops at the first byte that no text has,
 * which random bytes reach within a few: a run costs its length at most. A run that begins in the middle of a group is not found.
 */
export function decodeBase64Runs(text: string, outer: MappedText | undefined): readonly MappedText[] {
  const views: MappedText[] = [];
  let start = 0;
  for (let at = 0; at <= text.length; at += 1) {
    if (at < text.length && (classOf(text.charCodeAt(at)) & ALPHABET) !== 0) continue;
    if (at - start >= LONG_RUN_LENGTH) {
      const decoded = decode(text, start, at);
      if (decoded !== undefined) {
        const builder = new MappedTextBuilder();
        builder.replace(decoded, start, at);
        views.push(builder.build(outer));
      }
    }
    start = at + 1;
  }
  return views;
}

/** The text of a run, `undefined` from its first byte on that no text has there. */
function decode(text: string, start: number, end: number): string | undefined {
  const most = Math.floor(((end - start) * 3) / 4);
  const bytes = most <= SCRATCH.length ? SCRATCH : new Uint8Array(most);
  let group = 0;
  let bits = 0;
  let length = 0;
  let state = BETWEEN;
  for (let at = start; at < end; at += 1) {
    group = (group << 6) | (VALUES[text.charCodeAt(at)] as number);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    const byte = (group >> bits) & 0xff;
    group &= (1 << bits) - 1;
    state = isBinary(byte) ? MALFORMED : afterByte(state, byte);
    if (state === MALFORMED) return undefined;
    bytes[length] = byte;
    length += 1;
  }
  return state === BETWEEN ? DECODER.decode(bytes.subarray(0, length)) : undefined;
}

function isBinary(byte: number): boolean {
  return byte === 0x7f || (byte < 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d);
}
