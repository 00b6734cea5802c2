/** One entry of a node as it is listed: codes and instants, nothing that the log seals. */
import { createHash } from 'node:crypto';
import { fromUtf8, isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { ReceiptPolicyRow, ReceiptRow } from '../tables/index.ts';
import { givenByDecision, givenByOutcome } from './given-labels.ts';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
/** Bytes of the hash of an origin, and of an index, in an id: with the 6 of the time they are the 16 of a ULID. */
const ORIGIN_BYTES = 5;
const INDEX_BYTES = 5;
/** Digits of an id that are its time. */
const TIME_DIGITS = 10;
const MAX_TIME_MS = 2 ** 48 - 1;
/** Longest word of an entry that is listed, and longest id of a policy, which is at most 70 (`limit:` and 64). */
const MAX_WORD = 64;
const MAX_POLICY = 80;
/** Most policies of one entry that it is found by; an entry names no more. */
const MAX_POLICIES = 64;
const NS_PER_US = 1_000n;
const DIGITS = /^[0-9]{1,20}$/;

/** Whose entries they are. */
export interface ReceiptsOf {
  /** ULIDs. */
  readonly organisation: string;
  readonly node: string;
  readonly origin: string;
}

/** Rows of entries. */
export interface ReceiptRows {
  readonly receipts: readonly ReceiptRow[];
  readonly policies: readonly ReceiptPolicyRow[];
}

/** An entry as its mirror holds it, by its index; `undefined` for one that is not at hand. */
export type EntryAt = (index: number) => JsonObject | undefined;

/** Rows of `entries`, the first at index `start`. Made again they are the same, as long as `entryAt` answers the same. */
export function receiptRows(
  of: ReceiptsOf,
  start: number,
  entries: readonly JsonObject[],
  entryAt: EntryAt,
): ReceiptRows {
  const hash = originHash(of.origin);
  const { organisation, node, origin } = of;
  const policies: ReceiptPolicyRow[] = [];
  const receipts = entries.map((entry, at) => {
    const time = timeOf(entry['time']);
    const id = receiptId(time, hash, start + at);
    const decision = objectOf(entry['decision']);
    const judged = decision ?? objectOf(entry['delivery']);
    const ids = policiesOf(judged);
    for (const policy of ids) policies.push({ organisation, policy, receipt: id, origin });
    const before = decisionOf(entry, decision, origin);
    return {
      id,
      organisation,
      node,
      origin,
      idx: start + at,
      kind: wordOf(entry['kind']) ?? 'unknown',
      verdict: wordOf(decision?.['verdict']) ?? null,
      outcome: wordOf(entry['outcome']) ?? null,
      code: wordOf(entry['code']) ?? wordOf(judged?.['code']) ?? null,
      method: wordOf(decision?.['method']) ?? null,
      policy_hash: wordOf(judged?.['policyHash']) ?? null,
      policies: ids.length === 0 ? null : JSON.stringify(ids),
      decision_of: before ?? null,
      took_us: entry['kind'] === 'outcome' && before !== undefined ? tookOf(entry, entryAt(before)) : null,
      gives: textOf(
        entry['kind'] === 'outcome'
          ? givenByOutcome(entry, before === undefined ? undefined : entryAt(before))
          : givenByDecision(decision),
      ),
      cost_micros: entry['kind'] === 'outcome' ? costOf(entry['costMicros']) : null,
      time,
    };
  });
  return { receipts, policies };
}

/** The part of an id that is of its log. */
export function originHash(origin: string): Uint8Array {
  return createHash('sha256').update(origin).digest().subarray(0, ORIGIN_BYTES);
}

/** A ULID of the entry's own time, its log and its index: rows of all nodes stand in the order of their times, and those of one in that of its log. */
export function receiptId(time: number, originHash: Uint8Array, index: number): string {
  const bytes = Buffer.alloc(6 + ORIGIN_BYTES + INDEX_BYTES);
  bytes.writeUIntBE(Math.min(Math.max(time, 0), MAX_TIME_MS), 0, 6);
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
  return receiptId(time, new Uint8Array(ORIGIN_BYTES), 0);
}

/** The time that `id` begins with. */
export function receiptTime(id: string): number {
  let time = 0;
  for (const digit of id.slice(0, TIME_DIGITS)) time = time * ALPHABET.length + ALPHABET.indexOf(digit);
  return time;
}

/** The entry in `bytes`. A mirror takes nothing that is not a JSON object. */
export function readEntry(bytes: Uint8Array): JsonObject {
  const entry: unknown = JSON.parse(fromUtf8(bytes));
  return isJsonObject(entry) ? entry : {};
}

/** Ids of the policies that determined what `judged` says, each once. */
function policiesOf(judged: JsonObject | undefined): readonly string[] {
  const determining = judged?.['determining'];
  if (!Array.isArray(determining)) return [];
  const ids = (determining as readonly JsonValue[]).map((one) => objectOf(one)?.['id']);
  return [...new Set(ids.filter((id) => typeof id === 'string').map((id) => id.slice(0, MAX_POLICY)))].slice(
    0,
    MAX_POLICIES,
  );
}

/** The decision that `entry` is about: of an outcome or an answer, or the one that it resumes. */
function decisionOf(entry: JsonObject, decision: JsonObject | undefined, origin: string): number | undefined {
  const { decisionOf: named } = entry;
  if (typeof named === 'number' && Number.isSafeInteger(named) && named >= 0) return named;
  const parent = decision?.['parent'];
  if (typeof parent !== 'string' || !parent.startsWith(`${origin}#`)) return undefined;
  const index = Number(parent.slice(origin.length + 1));
  return Number.isSafeInteger(index) && index >= 0 ? index : undefined;
}

/** Time between both by the monotonic clock of the process that wrote both, in microseconds. */
function tookOf(outcome: JsonObject, decision: JsonObject | undefined): number | null {
  const [from, to] = [decision?.['monotonicNs'], outcome['monotonicNs']];
  const boots = [decision, outcome].map((entry) => objectOf(entry?.['producer'])?.['boot']);
  if (typeof boots[0] !== 'string' || boots[0] !== boots[1]) return null;
  if (typeof from !== 'string' || typeof to !== 'string' || !DIGITS.test(from) || !DIGITS.test(to))
    return null;
  const took = (BigInt(to) - BigInt(from)) / NS_PER_US;
  return took >= 0n && took <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(took) : null;
}

function textOf(words: readonly string[]): string | null {
  return words.length === 0 ? null : JSON.stringify(words);
}

/** What a node said that a call cost; nothing where it said none, which is not the same as 0. */
function costOf(value: JsonValue | undefined): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : null;
}

function objectOf(value: JsonValue | undefined): JsonObject | undefined {
  return value !== undefined && isJsonObject(value) ? value : undefined;
}

function timeOf(value: unknown): number {
  return Number.isSafeInteger(value) ? Math.min(Math.max(value as number, 0), MAX_TIME_MS) : 0;
}

function wordOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value.slice(0, MAX_WORD) : undefined;
}
