/** Gives one entry its place: judged, completed, hashed and applied, or refused alone. The same for every store. */
import type { AppendRefusal } from '../../model/index.ts';
import type { Frontier } from '../../proof/index.ts';
import { completeEntry, type PreparedEntry } from '../entry/index.ts';
import type { StateTables } from '../store/index.ts';
import type { TextHasher } from '../tree/index.ts';
import { applyEntry, stampsOf } from './apply.ts';
import { refusalOf } from './judge.ts';

/** Where the log ends, as one batch moves it. */
export interface LogEnd {
  timeFloor: number;
  witnessedSize: number;
  readonly frontier: Frontier<string>;
}

/** What witnesses have cosigned. */
export interface Witnessed {
  /** Entries under the largest cosigned checkpoint. */
  readonly size: number;
  /** Time that they vouch for, in milliseconds since 1970; 0 for none. */
  readonly time: number;
}

/** Raises `end` to what witnesses vouch for; it never falls, and never beyond what the log holds. */
export function raiseEnd(end: LogEnd, { size, time }: Witnessed): void {
  end.witnessedSize = Math.max(end.witnessedSize, Math.min(size, end.frontier.size));
  end.timeFloor = Math.max(end.timeFloor, time);
}

/** What this producer has written so far. */
export interface ProducerEnd {
  readonly id: string;
  readonly boot: string;
  /** Counter of its next entry. */
  counter: number;
  /** Index of its last entry. */
  previous: number | null;
}

/** An entry in its place. */
export interface SequencedEntry {
  readonly index: number;
  readonly text: string;
  /** Leaf hash, latin1. */
  readonly leaf: string;
  readonly timeFloor: number;
}

/** What sequencing works with. */
export interface SequenceContext {
  readonly tables: StateTables;
  readonly hasher: TextHasher;
  readonly end: LogEnd;
  readonly producer: ProducerEnd;
  /** Called for each complete subtree that the entry closes, the leaf included. */
  readonly completed?: (level: number, index: number, hash: string) => void;
}

/**
 * Sequences `entry` or says why not. A refused entry leaves no trace: no counter, no effect, no gap.
 * Throws `entry.too-large` before anything is written.
 */
export function sequenceEntry(
  context: SequenceContext,
  entry: PreparedEntry,
  bodyRef: string | undefined,
): SequencedEntry | AppendRefusal {
  const { tables, hasher, end, producer } = context;
  const index = end.frontier.size;
  const timeFloor = Math.max(end.timeFloor, entry.time);
  const refusal = refusalOf(tables, entry, { size: index, timeFloor });
  if (refusal !== undefined) return refusal;
  const place = {
    producer: {
      id: producer.id,
      boot: producer.boot,
      counter: producer.counter,
      previous: producer.previous,
    },
    timeFloor,
    witnessedSize: end.witnessedSize,
  };
  const text = completeEntry(entry, bodyRef, place, stampsOf(tables, entry));
  const leaf = hasher.leafOfText(text);
  applyEntry(tables, entry, { index, boot: producer.boot, time: timeFloor });
  end.frontier.append(leaf, context.completed);
  end.timeFloor = timeFloor;
  producer.counter += 1;
  producer.previous = index;
  return { index, text, leaf, timeFloor };
}
