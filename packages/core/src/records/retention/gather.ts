/** Collects what is past its time, in bounded batches. */
import type { ErasedBody, IndexRange } from '../../model/index.ts';
import type { ArchivedBody } from './archive/index.ts';
import { groupOf } from './classes.ts';
import { findBody, indexesOf, StandingHolds } from './past-bodies.ts';
import { MAX_BATCH_BODIES, MAX_BATCH_UNITS, type RetentionPorts } from './ports.ts';
import { Turns } from './turns.ts';

/** Bodies of one group that are past their time. */
export interface Batch {
  readonly bodies: readonly ErasedBody[];
  /** The same bodies, opened; none where they are not to be archived. */
  readonly archived: readonly ArchivedBody[];
  /** Kept by a legal hold. */
  readonly held: readonly number[];
  readonly unreadable: readonly number[];
  /** Everything below was looked at. */
  readonly next: number;
  /** Which legal holds stood: `StandingHolds.fingerprint`. */
  readonly holds: string;
}

/** What to collect. */
export interface Gathering {
  /** Name of the group. */
  readonly group: string;
  readonly ranges: readonly IndexRange[];
  /** Whether bodies are kept in memory, to be archived. */
  readonly isArchived: boolean;
}

/** Batches in the order of their indexes; the last may be empty. Ends early where the run is told to stop. */
export async function* gather(ports: RetentionPorts, gathering: Gathering): AsyncGenerator<Batch> {
  const { signal } = ports;
  const turns = new Turns(ports);
  let batch = new OpenBatch(ports, gathering);
  let isStale = false;
  for (const index of indexesOf(gathering.ranges)) {
    await turns.next();
    if (signal?.aborted === true) return;
    batch.look(index);
    isStale = true;
    if (!batch.isFull) continue;
    yield batch.done();
    batch = new OpenBatch(ports, gathering);
    isStale = false;
  }
  if (isStale) yield batch.done();
}

class OpenBatch {
  readonly #ports: RetentionPorts;
  readonly #gathering: Gathering;
  readonly #holds: StandingHolds;
  readonly #bodies: ErasedBody[] = [];
  readonly #archived: ArchivedBody[] = [];
  readonly #held: number[] = [];
  readonly #unreadable: number[] = [];
  #units = 0;
  #next = 0;

  constructor(ports: RetentionPorts, gathering: Gathering) {
    this.#ports = ports;
    this.#gathering = gathering;
    this.#holds = new StandingHolds(ports.state);
  }

  get isFull(): boolean {
    const kept = this.#bodies.length + this.#held.length + this.#unreadable.length;
    return kept >= MAX_BATCH_BODIES || this.#units >= MAX_BATCH_UNITS;
  }

  look(index: number): void {
    const { reader, settings } = this.#ports;
    const { group, isArchived } = this.#gathering;
    this.#next = index + 1;
    const { bytes, entry } = reader.entry(index);
    if (entry.body === undefined || groupOf(settings, entry.retentionClass)?.name !== group) return;
    const found = findBody(this.#ports, index, entry);
    if (found.status === 'none') return;
    if (found.status === 'unreadable') this.#unreadable.push(index);
    else if (this.#holds.keep(found.erased)) this.#held.push(index);
    else {
      this.#bodies.push(found.erased);
      if (!isArchived) return;
      this.#archived.push({ index, entry: bytes, body: found.body });
      this.#units += JSON.stringify(found.body).length;
    }
  }

  done(): Batch {
    return {
      bodies: this.#bodies,
      archived: this.#archived,
      held: this.#held,
      unreadable: this.#unreadable,
      next: this.#next,
      holds: this.#holds.fingerprint,
    };
  }
}
