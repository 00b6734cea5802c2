/** The little of DER (X.690) that a certificate is written in. It encodes and never parses: nothing of a stranger passes through it but names that were checked. */

const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const OBJECT_IDENTIFIER = 0x06;
const UTF8_STRING = 0x0c;
const SEQUENCE = 0x30;
const SET = 0x31;
const GENERALIZED_TIME = 0x18;
const UTC_TIME = 0x17;
const BOOLEAN = 0x01;
/** UTCTime ends with 2049 (RFC 5280 §4.1.2.5). */
const UTC_TIME_YEARS = 2_050;

/** A value of type `tag`. */
export function tagged(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthOf(content.length)]), content]);
}

/** SEQUENCE of `members`. */
export function sequence(...members: readonly Uint8Array[]): Buffer {
  return tagged(SEQUENCE, ...members);
}

/** SET of one member. */
export function setOf(member: Uint8Array): Buffer {
  return tagged(SET, member);
}

/** INTEGER from bytes, most significant first, that are not negative. */
export function integer(bytes: Uint8Array): Buffer {
  const from = bytes.findIndex((byte) => byte !== 0);
  const digits = from < 0 ? Uint8Array.of(0) : bytes.subarray(from);
  return tagged(INTEGER, ...((digits[0] ?? 0) >= 0x80 ? [Uint8Array.of(0)] : []), digits);
}

/** BIT STRING of whole bytes. */
export function bits(bytes: Uint8Array, unused: number = 0): Buffer {
  return tagged(BIT_STRING, Uint8Array.of(unused), bytes);
}

/** OCTET STRING. */
export function octets(bytes: Uint8Array): Buffer {
  return tagged(OCTET_STRING, bytes);
}

/** TRUE. */
export function isTrue(): Buffer {
  return tagged(BOOLEAN, Uint8Array.of(0xff));
}

/** UTF8String. */
export function text(value: string): Buffer {
  return tagged(UTF8_STRING, Buffer.from(value, 'utf8'));
}

/** OBJECT IDENTIFIER, `1.2.840.10045.4.3.2`. */
export function identifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second, ...rest.flatMap(base128)];
  return tagged(OBJECT_IDENTIFIER, Uint8Array.from(bytes));
}

/** A time, to the second. `at`: milliseconds since 1970. */
export function time(at: number): Buffer {
  const digits = new Date(at).toISOString().replace(/[-:T]|\.\d{3}/g, '');
  const isShort = new Date(at).getUTCFullYear() < UTC_TIME_YEARS;
  return isShort
    ? tagged(UTC_TIME, Buffer.from(digits.slice(2), 'latin1'))
    : tagged(GENERALIZED_TIME, Buffer.from(digits, 'latin1'));
}

function lengthOf(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest >>>= 8) bytes.unshift(rest & 0xff);
  return [0x80 | bytes.length, ...bytes];
}

function base128(value: number): readonly number[] {
  const bytes = [value & 0x7f];
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) bytes.unshift(0x80 | (rest & 0x7f));
  return bytes;
}
