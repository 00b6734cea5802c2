/** Records of people's rights against the entries that tell of them: which entry wrote each, and that no legal hold is gone without a release. */
import { ADMINISTERED, type Entry, type EntryKind, type RecordCollection } from '../../model/index.ts';

/** Kinds of entries that write a collection. A log that goes on (`key`) takes records of any over; a restriction of a case stands among consents; an erasure takes names out of cases. */
const WRITERS: Readonly<Record<RecordCollection, readonly EntryKind[]>> = {
  legal_holds: ['legal_hold', 'key'],
  consents: ['consent', 'case', 'key'],
  register: ['register', 'key'],
  notices: ['notice', 'key'],
  cases: ['case', 'erasure', 'key'],
  erasures: ['case', 'key'],
  ...administered(),
};

/** An erasure takes names out of what a control plane administers, as out of cases. */
function administered(): Record<(typeof ADMINISTERED)[number], readonly EntryKind[]> {
  const writers = ['administration', 'erasure', 'key'] as const;
  return Object.fromEntries(ADMINISTERED.map((name) => [name, writers])) as unknown as Record<
    (typeof ADMINISTERED)[number],
    readonly EntryKind[]
  >;
}

/** A row of the table `records`; its value is encrypted, and not looked at. */
export interface RecordRow {
  readonly collection: string;
  readonly key: string;
  readonly index: number;
}

/** What is wrong with a row, or with one that is missing. */
export interface RecordProblem {
  readonly key: string;
  readonly problem: string;
}

/** Takes entries in turn. Memory grows with records, not with the log. */
export class RecordReplay {
  readonly #rows: () => Iterable<RecordRow>;
  #byIndex: Map<number, RecordRow[]> | undefined;
  /** Entries that placed a hold, by its id. */
  readonly #placed = new Map<string, number[]>();
  readonly #problems: RecordProblem[] = [];

  /** `rows` is asked once, at the first entry. */
  constructor(rows: () => Iterable<RecordRow>) {
    this.#rows = rows;
  }

  take(entry: Entry, index: number): void {
    for (const row of this.#standing().get(index) ?? []) {
      const writers: readonly EntryKind[] = WRITERS[row.collection as RecordCollection] ?? [];
      if (!writers.includes(entry.kind))
        this.#problems.push({
          key: nameOf(row),
          problem: `names entry ${index}, which is a \`${entry.kind}\``,
        });
    }
    if (entry.kind !== 'legal_hold') return;
    const { action, id } = entry.legalHold;
    if (action === 'place') this.#placed.set(id, [...(this.#placed.get(id) ?? []), index]);
    else this.#placed.delete(id);
  }

  /** What differs, of a log of `size` entries. */
  finish(size: number): readonly RecordProblem[] {
    const standing = this.#standing();
    for (const [index, rows] of standing)
      if (!(index >= 0 && index < size))
        for (const row of rows)
          this.#problems.push({ key: nameOf(row), problem: `names entry ${index}, which is not there` });
    for (const [id, indexes] of this.#placed)
      for (const index of indexes)
        if (!standing.get(index)?.some(({ collection }) => collection === 'legal_holds'))
          this.#problems.push({
            key: `legal_holds/${id}`,
            problem: `is not there, though entry ${index} placed the hold and none released it`,
          });
    return this.#problems;
  }

  #standing(): ReadonlyMap<number, readonly RecordRow[]> {
    if (this.#byIndex === undefined) {
      this.#byIndex = new Map();
      for (const row of this.#rows())
        this.#byIndex.set(row.index, [...(this.#byIndex.get(row.index) ?? []), row]);
    }
    return this.#byIndex;
  }
}

function nameOf({ collection, key }: RecordRow): string {
  return `${collection}/${key}`;
}
