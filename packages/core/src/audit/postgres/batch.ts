/** One batch: entries that were given their places, and the parameters of the statement that stores them. */
import type { AppendRefusal } from '../../model/index.ts';
import { type Fault, isFault } from '../../kernel/index.ts';
import { TILE_HEIGHT, TILE_WIDTH } from '../../proof/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import { printBodyRef, type SealedBody, type StateSealer, TAG_BYTES } from '../seal/index.ts';
import {
  mayWrite,
  noSpace,
  type ProducerEnd,
  raiseEnd,
  type SequencedEntry,
  sequenceEntry,
  type Witnessed,
  type Writable,
} from '../sequencer/index.ts';
import type { TextHasher } from '../tree/index.ts';
import type { LogCopy, NextEnd } from './log-copy.ts';
import type { SqlValue } from './sql-database.ts';
import type { BodyChanges, PresentBodies } from './state/index.ts';
import { pack, printChanges, type SealedChange } from './stored/index.ts';

/** Entries whose changes of state are kept for processes that follow; one that is further behind reads the whole state. */
const KEPT_CHANGES = 65_536;
/** The seal of a row that was removed. */
const NO_SEAL = new Uint8Array();

/** An entry on its way, with what does not depend on its place. */
export interface SealedEntry {
  readonly entry: PreparedEntry;
  readonly sealed: SealedBody | undefined;
  /** Tags of those whom the body concerns. */
  readonly concerns: readonly Uint8Array[];
}

/** What became of one entry of a batch. */
export type BatchResult =
  | { readonly index: number; readonly timeFloor: number }
  | AppendRefusal
  | { readonly fault: Fault };

/** A batch in its place, ready to be stored. */
export interface PlacedBatch {
  readonly results: readonly BatchResult[];
  /** Size before it. */
  readonly from: number;
  /** The first entry; absent where none was written. */
  readonly first: SequencedEntry | undefined;
  /** Indexes of decisions that stand open once it is stored. */
  readonly opened: readonly number[];
  readonly next: NextEnd;
  readonly values: readonly SqlValue[];
  /** What it erases. */
  readonly erased: BodyChanges;
}

/** What placing works with. */
export interface PlaceContext {
  readonly copy: LogCopy;
  readonly hasher: TextHasher;
  readonly sealer: StateSealer;
  readonly producer: ProducerEnd;
  readonly origin: string;
  /** What witnesses vouch for. */
  readonly witnessed: () => Witnessed;
}

interface Node {
  readonly level: number;
  readonly index: number;
  readonly hash: string;
}

/** How a batch is placed. */
export interface PlaceOptions {
  /** What may be written; others are faulted. */
  readonly writable: Writable;
  /** Bodies that are there, of those that `entries` would erase; default none. */
  readonly present?: PresentBodies | undefined;
}

/** Gives `entries` their places after the committed end of the copy, each refused or faulted alone. Changes the copy's transaction and `producer`. */
export function placeBatch(
  context: PlaceContext,
  entries: readonly SealedEntry[],
  { writable, present = new Map() }: PlaceOptions,
): PlacedBatch {
  const { copy, hasher, producer } = context;
  const end = copy.begin(present);
  raiseEnd(end, context.witnessed());
  const from = end.frontier.size;
  const nodes: Node[] = [];
  const completed = (level: number, index: number, hash: string): void => {
    if (level >= TILE_HEIGHT) nodes.push({ level, index, hash });
  };
  const written: (SealedEntry & { readonly placed: SequencedEntry })[] = [];
  const results = entries.map((one): BatchResult => {
    if (!mayWrite(one.entry, writable)) return { fault: noSpace() };
    const bodyRef = one.sealed === undefined ? undefined : printBodyRef(one.entry.id, one.sealed);
    try {
      const sequence = { tables: copy.tables, hasher, end, producer, completed };
      const placed = sequenceEntry(sequence, one.entry, bodyRef);
      if (typeof placed === 'string') return placed;
      written.push({ ...one, placed });
      return { index: placed.index, timeFloor: placed.timeFloor };
    } catch (fault) {
      // Thrown before anything of the entry was written; everything else ends the batch.
      if (isFault(fault, 'entry.too-large')) return { fault };
      throw fault;
    }
  });
  if (written.length > 0)
    copy.changes.put('boots', [producer.boot, producer.id, producer.counter, producer.previous]);
  const next = copy.seal(end);
  return {
    results,
    from,
    first: written[0]?.placed,
    opened: written
      .filter(({ entry }) => entry.effects.some(({ type }) => type === 'open'))
      .map(({ placed }) => placed.index),
    next,
    values: written.length === 0 ? [] : valuesOf(context, { from, next, written, nodes }),
    erased: copy.tables.people.erased,
  };
}

interface Written {
  readonly from: number;
  readonly next: NextEnd;
  readonly written: readonly (SealedEntry & { readonly placed: SequencedEntry })[];
  readonly nodes: readonly Node[];
}

/** In the order of `Statements.write`. */
function valuesOf(
  { copy, hasher, sealer, origin }: PlaceContext,
  { from, next, written, nodes }: Written,
): readonly SqlValue[] {
  const { size } = next.frontier;
  const entries = pack(written.map(({ placed }) => Buffer.from(placed.text, 'utf8')));
  const bodies = written.flatMap(({ sealed, placed }) =>
    sealed === undefined ? [] : [{ sealed, index: placed.index }],
  );
  const parts = pack(bodies.flatMap(({ sealed }) => [sealed.wrapped, sealed.ciphertext]));
  const even = (numbers: readonly number[]): number[] => numbers.filter((_, at) => at % 2 === 0);
  const odd = (numbers: readonly number[]): number[] => numbers.filter((_, at) => at % 2 === 1);
  const concerns = written.flatMap(({ concerns: tags, placed }) =>
    tags.map((tag) => ({ tag, index: placed.index })),
  );
  const { root, frontier, timeFloor, killEpoch, witnessedSize, state, note } = next;
  return [
    printChanges(sealedChanges(copy, sealer)),
    from,
    size,
    size - KEPT_CHANGES,
    Buffer.concat(written.map(({ placed }) => hasher.encode(placed.leaf))),
    entries.bytes,
    entries.starts,
    entries.lengths,
    bodies[0]?.sealed.keyId ?? '',
    parts.bytes,
    bodies.map(({ index }) => index),
    even(parts.starts),
    even(parts.lengths),
    odd(parts.starts),
    odd(parts.lengths),
    Buffer.concat(concerns.map(({ tag }) => tag)),
    concerns.map(({ index }) => index),
    Buffer.concat(nodes.map(({ hash }) => hasher.encode(hash))),
    nodes.map(({ level }) => level),
    nodes.map(({ index }) => index),
    note ?? null,
    // Of the checkpoints within one bundle only the last is kept.
    from > 0 && Math.floor((from - 1) / TILE_WIDTH) === Math.floor((size - 1) / TILE_WIDTH) ? from : null,
    origin,
    hasher.encode(root),
    frontier.toBytes(),
    timeFloor,
    killEpoch,
    state,
    witnessedSize,
  ];
}

function* sealedChanges(copy: LogCopy, sealer: StateSealer): Iterable<SealedChange> {
  for (const change of copy.changes.changes()) {
    const { name, row } = change;
    yield {
      ...change,
      seal: row === undefined ? NO_SEAL : sealer.row(name, row).subarray(0, TAG_BYTES),
    };
  }
}
