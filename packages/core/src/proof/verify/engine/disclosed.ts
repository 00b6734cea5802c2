/** Disclosed bodies: whether the values shown are those that the entries committed to. */
import type { Disclosed, ReadEntry } from '../trust.ts';
import { attempt, fromLatin1, readBase64, readUtf8, toLatin1, utf8 } from './text.ts';
import type { Digest } from './tree.ts';

/** A commitment, as far as it is one. */
interface Committed {
  readonly field?: unknown;
  readonly value?: unknown;
}

/** Opens what is disclosed of an entry, calls `refuse` for each field that is not as committed, and answers how many are. */
export function openDisclosed(
  digest: Digest,
  { entry: shown, body: { fields = {}, salts = {}, input } }: Disclosed,
  bytes: Uint8Array,
  refuse: (what: string) => void,
): number {
  const entry = attempt(() => JSON.parse(readUtf8(bytes) ?? '') as ReadEntry) ?? {};
  if (shown !== undefined && canonical(shown) !== canonical(entry)) refuse('the text');
  const isOpen = ([field, value]: readonly [string, unknown]): boolean => {
    const salt = readBase64(String(salts[field]));
    const inList = ([entry.commitments].flat() as readonly (Committed | undefined)[]).find(
      (one) => one?.field === field,
    );
    const committed = field === 'input' ? entry.inputCommitment : inList?.value;
    const message = canonical([entry.origin, entry.id, field, value]);
    if (salt.length === 32 && btoa(hmac(digest, salt, message)) === committed) return true;
    refuse(`the field \`${field}\``);
    return false;
  };
  return Object.entries(input === undefined ? fields : { ...fields, input }).filter(isOpen).length;
}

/** RFC 8785: keys in UTF-16 order, no white space, numbers as ECMAScript writes them. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1));
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`).join(',')}}`;
}

/** HMAC-SHA256 (RFC 2104) under a key of 32 bytes. */
function hmac(digest: Digest, key: string, message: string): string {
  const block = fromLatin1(key.padEnd(64, '\0'));
  const keyed = (pad: number, text: string) =>
    digest(fromLatin1(toLatin1(block.map((byte) => byte ^ pad)) + text));
  return keyed(0x5c, keyed(0x36, toLatin1(utf8(message))));
}
