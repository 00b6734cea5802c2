/** One entry of a node as it is listed: codes and instants, nothing that the log seals. */
import { createHash } from 'node:crypto';
import { fromUtf8, isJsonObject } from '@writ/core';
import type { ReceiptRow } from '../tables/index.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Bytes of the hash of an origin, and of an index, in an id: with the 6 of the time they are the 16 of a ULID. */
const ORIGIN_BYTES = 5;
const INDEX_BYTES = 5;
const MAX_TIME_MS = 2 ** 48 - 1;
/** Longest word of an entry that is listed. */
const MAX_WORD = 40;

/** Whose entries they are. */
export interface ReceiptsOf {
  /** ULIDs. */
  readonly organisation: string;
  readonly node: string;
  readonly origin: string;
}

/** Rows of `entries`, the first at index `start`. Made again they are the same. */
export function receiptRows(
  of: ReceiptsOf,
  start: number,
  entries: readonly Uint8Array[],
): readonly ReceiptRow[] {
  const origin = createHash('sha256').update(of.origin).digest().subarray(0, ORIGIN_BYTES);
  return entries.map((bytes, at) => {
    const entry = readEntry(bytes);
    const time = timeOf(entry['time']);
    const decision = entry['decision'];
    const verdict = decision !== undefined && isJsonObject(decision) ? decision['verdict'] : undefined;
    return {
      id: receiptId(time, origin, start + at),
      organisation: of.organisation,
      node: of.node,
      origin: of.origin,
      idx: start + at,
      kind: wordOf(entry['kind']) ?? 'unknown',
      verdict: wordOf(verdict) ?? null,
      time,
    };
  });
}

/** A ULID of the entry's own time, its log and its index: rows of all nodes stand in the order of their times, and those of one in that of its log. */
export function receiptId(time: number, originHash: Uint8Array, index: number): string {
  const bytes = Buffer.alloc(6 + ORIGIN_BYTES + INDEX_BYTES);
  bytes.writeUIntBE(time, 0, 6);
  bytes.set(originHash.subarray(0, ORIGIN_BYTES), 6);
  bytes.writeUIntBE(index, 6 + ORIGIN_BYTES, INDEX_BYTES);
  let value = BigInt(`0x${bytes.toString('hex')}`);
  let id = '';
  for (let digit = 0; digit < 26; digit += 1) {
    id = `${ALPHABET[Number(value & 31n)] ?? ''}${id}`;
    value >>= 5n;
  }
  return id;
}

/** The lowest id of `time`. */
export function receiptsFrom(time: number): string {
  return receiptId(Math.min(Math.max(time, 0), MAX_TIME_MS), new Uint8Array(ORIGIN_BYTES), 0);
}

function readEntry(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  // A mirror takes nothing that is not a JSON object.
  const entry: unknown = JSON.parse(fromUtf8(bytes));
  return isJsonObject(entry) ? entry : {};
}

function timeOf(value: unknown): number {
  return Number.isSafeInteger(value) ? Math.min(Math.max(value as number, 0), MAX_TIME_MS) : 0;
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_WORD) : undefined;
}
