/** The messages of `add-entries`: what a log sends to a mirror (c2sp.org/tlog-mirror). */
import { concatBytes, Fault, fromUtf8, utf8 } from '../../kernel/index.ts';
import { HASH_BYTES, requireTreeSize } from '../merkle/index.ts';
import { MAX_ENTRY_BYTES, TILE_WIDTH } from '../tiles/index.ts';
import type { ByteReader } from './byte-reader.ts';

/** Where a mirror takes entries, below its submission prefix. */
export const ADD_ENTRIES_PATH = 'add-entries';
/** Content type of the request. */
export const ADD_ENTRIES_CONTENT_TYPE = 'application/octet-stream';
/** Most packages that a client sends at once (c2sp.org/tlog-mirror). */
export const MAX_PACKAGES = 32;
/** Most hashes in the proof of a package. */
const MAX_PROOF_HASHES = 63;
/** Longest origin and ticket read, in bytes. */
const MAX_ORIGIN_BYTES = 1_024;
const MAX_TICKET_BYTES = 8_192;
/** Longest request read, in bytes: what the longest entries in as many packages come to. */
export const MAX_ADD_ENTRIES_BYTES: number =
  MAX_PACKAGES * (TILE_WIDTH * (MAX_ENTRY_BYTES + 2) + 1 + MAX_PROOF_HASHES * HASH_BYTES) + 16_384;

/** What a request begins with. */
export interface UploadHeader {
  readonly origin: string;
  /** Index of the first entry sent. */
  readonly start: number;
  /** Size of the checkpoint that the proofs lead to. */
  readonly end: number;
  /** What the mirror gave out; empty for nothing. */
  readonly ticket: Uint8Array;
}

/** Entries from `start` up to, not including, `end`: neighbours within one bundle. */
export interface PackageRange {
  readonly start: number;
  readonly end: number;
}

/** One package: entries, and the proof that they, with those before them in their bundle, are part of the tree of `end` leaves of the upload. */
export interface EntryPackage {
  readonly entries: readonly Uint8Array[];
  readonly proof: readonly Uint8Array[];
}

/** The packages that an upload from `start` to `end` consists of, in order. */
export function* packageRanges(start: number, end: number): Generator<PackageRange> {
  for (let at = start; at < end; ) {
    const next = Math.min(end, (Math.floor(at / TILE_WIDTH) + 1) * TILE_WIDTH);
    yield { start: at, end: next };
    at = next;
  }
}

/** First entry of the bundle that holds entry `index`. */
export function bundleStart(index: number): number {
  return index - (index % TILE_WIDTH);
}

/** The bytes that a request begins with. Throws `bound.exceeded` for a longer origin or ticket than is read. */
export function encodeUploadHeader({ origin, start, end, ticket }: UploadHeader): Uint8Array {
  return concatBytes(
    prefixed(utf8(origin), MAX_ORIGIN_BYTES),
    uint64(start),
    uint64(end),
    prefixed(ticket, MAX_TICKET_BYTES),
  );
}

/** The bytes of one package. Throws `entry.too-large`, `bound.exceeded`. */
export function encodePackage({ entries, proof }: EntryPackage): Uint8Array {
  if (proof.length > MAX_PROOF_HASHES) throw new Fault('bound.exceeded', 'a proof has at most 63 hashes');
  const large = entries.find((entry) => entry.length > MAX_ENTRY_BYTES);
  if (large !== undefined) throw new Fault('entry.too-large', `an entry has ${large.length} bytes`);
  const parts = entries.flatMap((entry) => [uint16(entry.length), entry]);
  return concatBytes(...parts, Uint8Array.of(proof.length), ...proof);
}

/** Reads what {@link encodeUploadHeader} writes; `undefined` where it ends before. Throws `proof.malformed` for what no upload begins with. */
export async function readUploadHeader(reader: ByteReader): Promise<UploadHeader | undefined> {
  const origin = await readPrefixed(reader, MAX_ORIGIN_BYTES);
  const numbers = origin && (await reader.take(16));
  const ticket = numbers && (await readPrefixed(reader, MAX_TICKET_BYTES));
  if (ticket === undefined || numbers === undefined || origin === undefined) return undefined;
  const [start, end] = [readUint64(numbers, 0), readUint64(numbers, 8)];
  if (start > end)
    throw new Fault('proof.malformed', `an upload ends at ${end}, before it starts at ${start}`);
  return { origin: decodeOrigin(origin), start, end, ticket };
}

/** Reads the package of `range`; `undefined` where the request ends before it is whole. Throws `proof.malformed`. */
export async function readPackage(
  reader: ByteReader,
  { start, end }: PackageRange,
): Promise<EntryPackage | undefined> {
  const entries: Uint8Array[] = [];
  for (let index = start; index < end; index += 1) {
    const entry = await readPrefixed(reader, MAX_ENTRY_BYTES);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  const count = (await reader.take(1))?.[0];
  if (count === undefined) return undefined;
  if (count > MAX_PROOF_HASHES)
    throw new Fault('proof.malformed', `a proof has at most 63 hashes, not ${count}`);
  const hashes = await reader.take(count * HASH_BYTES);
  if (hashes === undefined) return undefined;
  const proof = Array.from({ length: count }, (_, at) =>
    hashes.subarray(at * HASH_BYTES, (at + 1) * HASH_BYTES),
  );
  return { entries, proof };
}

async function readPrefixed(reader: ByteReader, maximum: number): Promise<Uint8Array | undefined> {
  const prefix = await reader.take(2);
  if (prefix === undefined) return undefined;
  const length = (prefix[0] ?? 0) * 256 + (prefix[1] ?? 0);
  if (length > maximum) throw new Fault('proof.malformed', `a field has ${length} bytes, at most ${maximum}`);
  return reader.take(length);
}

function decodeOrigin(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    throw new Fault('proof.malformed', 'the origin of an upload is UTF-8 text', {}, { cause });
  }
}

function prefixed(bytes: Uint8Array, maximum: number): Uint8Array {
  if (bytes.length <= maximum) return concatBytes(uint16(bytes.length), bytes);
  throw new Fault('bound.exceeded', `a field has ${bytes.length} bytes, at most ${maximum}`);
}

function uint16(value: number): Uint8Array {
  return Uint8Array.of(value >> 8, value & 0xff);
}

function uint64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(requireTreeSize(value)));
  return bytes;
}

function readUint64(bytes: Uint8Array, at: number): number {
  return requireTreeSize(Number(new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(at)));
}
