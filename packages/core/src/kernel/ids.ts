/** ULIDs: 26 characters of Crockford base 32, 48 bits of time and 80 random bits (github.com/ulid/spec). */
import type { Clock, Random } from './clock.ts';
import { Fault } from './fault.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID_PATTERN = /^[0-7][0-9A-HJKMNP-TV-Z]{25}$/;
/** Largest time a ULID can hold, in milliseconds since 1970. */
const MAX_TIME_MS = 2 ** 48 - 1;

/** A new ULID for the clock's present millisecond. Two made in one millisecond have no defined order. */
export function createUlid(clock: Clock, random: Random): string {
  const time = clock.now();
  if (!Number.isInteger(time) || time < 0 || time > MAX_TIME_MS) {
    throw new Fault('id.malformed', `the clock reads \`${time}\`, which a ULID cannot hold`);
  }
  const bytes = random.bytes(16);
  let tail = '';
  for (let index = 0; index < 16; index += 1) tail += ALPHABET[(bytes[index] ?? 0) & 31];
  return encodeTime(time) + tail;
}

/** Whether `text` is a well-formed upper-case ULID. */
export function isUlid(text: string): boolean {
  return ULID_PATTERN.test(text);
}

/** The time in a ULID, milliseconds since 1970. Throws `id.malformed` for anything else. */
export function ulidTime(ulid: string): number {
  if (!isUlid(ulid)) throw new Fault('id.malformed', `\`${ulid.slice(0, 40)}\` is not a ULID`);
  let time = 0;
  for (const character of ulid.slice(0, 10)) time = time * 32 + ALPHABET.indexOf(character);
  return time;
}

function encodeTime(time: number): string {
  let head = '';
  let rest = time;
  for (let index = 0; index < 10; index += 1) {
    head = (ALPHABET[rest % 32] ?? '0') + head;
    rest = Math.floor(rest / 32);
  }
  return head;
}
