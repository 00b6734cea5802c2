/** ULIDs: 26 characters of Crockford base 32, 48 bits of time and 80 random bits (github.com/ulid/spec). */
import type { Clock, Random } from './clock.ts';
import { Fault } from './fault.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Any two digits, the first times 32 and the second. */
const PAIRS: readonly string[] = Array.from(
  { length: 1_024 },
  (_, both) => ALPHABET.charAt(both >> 5) + ALPHABET.charAt(both & 31),
);
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
  for (let at = 0; at < 16; at += 2)
    tail += PAIRS[(((bytes[at] as number) & 31) << 5) | ((bytes[at + 1] as number) & 31)] as string;
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
  for (let pair = 0; pair < 5; pair += 1) {
    head = (PAIRS[rest % PAIRS.length] as string) + head;
    rest = Math.floor(rest / PAIRS.length);
  }
  return head;
}
