/** What is formatted: an entry, where it stands, and its bytes. */
import { createHash } from 'node:crypto';
import {
  type Entry,
  fromUtf8,
  isFault,
  isJsonObject,
  type JsonObject,
  ownProperty,
  parseEntry,
} from '@writ/core';

/** First byte of what a leaf hashes (RFC 9162 §2.1.1). */
const LEAF_PREFIX = Uint8Array.of(0);
/** A kind that may be shown though nobody here knows it. */
const KIND = /^[a-z][a-z_]{0,31}$/;

/** An entry of the log. */
export interface RecordedEntry {
  /** Index in the log. */
  readonly index: number;
  readonly entry: Entry;
  /** Exactly as stored. */
  readonly bytes: Uint8Array;
  /** The decision that an outcome closes, where the caller has it at hand: what was done is then named. */
  readonly decision?: Entry;
}

/** Bytes of the log that this version cannot read as an entry: written by a newer one, or damaged. */
export interface UnreadEntry {
  readonly index: number;
  readonly origin: string;
  readonly bytes: Uint8Array;
  /** Code of what is wrong with them, `entry.invalid`. */
  readonly problem: string;
  /** What they call themselves; absent where that is no name of a kind. */
  readonly kind?: string;
  /** Milliseconds since 1970; absent where they tell none. */
  readonly time?: number;
}

/** The entry in `bytes`, at `index` of the log `origin`; an {@link UnreadEntry} where they are none that is known here. Never throws for what is in them. */
export function readRecorded(origin: string, index: number, bytes: Uint8Array): RecordedEntry | UnreadEntry {
  try {
    return { index, entry: parseEntry(bytes), bytes };
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    const { kind, time } = glance(bytes);
    return {
      index,
      origin,
      bytes,
      problem: fault.code,
      ...(typeof kind === 'string' && KIND.test(kind) ? { kind } : {}),
      ...(Number.isSafeInteger(time) && (time as number) >= 0 ? { time: time as number } : {}),
    };
  }
}

/** The name by which anyone finds an entry: `origin#index`. */
export function receiptOf(recorded: RecordedEntry | UnreadEntry): string {
  return `${'entry' in recorded ? recorded.entry.origin : recorded.origin}#${recorded.index}`;
}

/** The hash of an entry's leaf, as inclusion proofs use it: SHA-256 in hexadecimal over a zero byte and `bytes` (RFC 9162 §2.1.1). */
export function leafHash(bytes: Uint8Array): string {
  return createHash('sha256').update(LEAF_PREFIX).update(bytes).digest('hex');
}

/** What `bytes` say of themselves, where they are JSON at all. */
function glance(bytes: Uint8Array): { readonly kind?: unknown; readonly time?: unknown } {
  try {
    const value: unknown = JSON.parse(fromUtf8(bytes));
    const object: JsonObject = isJsonObject(value) ? value : {};
    return { kind: ownProperty(object, 'kind'), time: ownProperty(object, 'time') };
  } catch {
    return {};
  }
}
