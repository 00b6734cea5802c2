/** Erases a person from a log: every body that names them is destroyed, or sealed again without them; what a legal hold keeps is deferred. */
import type { JsonValue } from '../../kernel/index.ts';
import type { ErasureCause } from '../../model/index.ts';
import type { Reseal } from '../../audit/index.ts';
import { deferErasure, endDeferral } from './deferred.ts';
import { ErasureChunk } from './erasure-chunk.ts';
import { bodiesConcerning, BodyFinder } from './find-bodies.ts';
import { forgetState } from './forget-state.ts';
import { holdsOn } from './holds-on.ts';
import { personNames, type PersonNames } from './person/index.ts';
import { appendRecord, recordsDraft, type RecordsLog } from '../records-log.ts';
import { stripBody } from './strip-body.ts';

/** Searches until one finds nothing new: what is appended about the person meanwhile is found by the next. */
const MAX_SEARCHES = 64;
/** How often a chunk is planned anew because somebody else changed what it rests on. */
const MAX_REFUSALS = 16;

/** Whom to erase, and how. */
export interface EraseOptions {
  readonly log: RecordsLog;
  /** Every name of one person: ids, addresses, numbers. What none of them finds stays. */
  readonly identifiers: readonly string[];
  readonly reseal: Reseal;
  /** Default `subject_request`. */
  readonly cause?: ErasureCause;
  /** Committed with each entry; must not name the person. */
  readonly committed?: Readonly<Record<string, JsonValue>>;
  /** Told of bodies as they are erased, and of how many were found. */
  readonly onProgress?: (done: number, found: number) => void;
}

/** A legal hold, and how many bodies it keeps. */
export interface KeepingHold {
  readonly id: string;
  readonly bodies: number;
}

/** What became of it. */
export interface ErasureReport {
  /** `deferred`: a legal hold keeps some of it. `waiting`: held actions wait for an answer that needs it; run again once they are over. `unfinished`: others kept writing of the person. */
  readonly status: 'done' | 'deferred' | 'waiting' | 'unfinished';
  readonly destroyed: number;
  /** Bodies of others, sealed again without the person. */
  readonly resealed: number;
  /** Indexes of the erasure entries. */
  readonly entries: readonly number[];
  readonly held: readonly KeepingHold[];
  /** Decisions that wait for people, by index. */
  readonly waiting: readonly number[];
  /** Tools whose pinned definition names the person, as `server/tool`: pin another definition. */
  readonly pins: readonly string[];
  /** Id of the request that is kept until its holds are released; absent unless deferred. */
  readonly deferral?: string;
}

/**
 * Erases the person. Broken off, it is run again and goes on; run twice, it finds nothing. Rejects with `request.invalid` for what is no person, `key.missing` where a
 * body cannot be opened with the keys at hand, and with what an append does.
 *
 * Does not reach what was copied elsewhere: sinks of events, archives, logs that were set aside, backups made before and not renewed.
 */
export async function eraseSubject(options: EraseOptions): Promise<ErasureReport> {
  const person = personNames(options.identifiers);
  const run = new ErasureRun(options, person);
  const areBodiesThrough = await run.bodies();
  const state = await forgetState(options.log, person, run.cause);
  const isThrough = areBodiesThrough && state.isThrough;
  const held = run.held(state.held);
  const waiting = [...new Set([...run.waiting, ...state.waiting])].sort((left, right) => left - right);
  const deferral =
    held.length > 0
      ? await deferErasure(options.log, person, { holds: held.map(({ id }) => id), cause: run.cause })
      : await endDeferral(options.log, person, waiting.length === 0 && isThrough);
  return {
    status: held.length > 0 ? 'deferred' : waiting.length > 0 ? 'waiting' : isThrough ? 'done' : 'unfinished',
    destroyed: run.destroyed,
    resealed: run.resealed,
    entries: [...run.entries, ...state.entries],
    held,
    waiting,
    pins: state.pins,
    ...(deferral === undefined ? {} : { deferral }),
  };
}

class ErasureRun {
  readonly cause: ErasureCause;
  readonly entries: number[] = [];
  readonly waiting = new Set<number>();
  destroyed = 0;
  resealed = 0;
  readonly #options: EraseOptions;
  readonly #person: PersonNames;
  readonly #finder: BodyFinder;
  /** Bodies that are left, with the holds that keep them; none for those of decisions that wait. */
  readonly #left = new Map<number, readonly string[]>();
  #refusals = 0;

  constructor(options: EraseOptions, person: PersonNames) {
    this.#options = options;
    this.#person = person;
    this.#finder = new BodyFinder(options.log, person);
    this.cause = options.cause ?? 'subject_request';
  }

  /** Whether a search found nothing that is not left on purpose. */
  async bodies(): Promise<boolean> {
    const { log } = this.#options;
    for (let search = 0; search < MAX_SEARCHES; search += 1) {
      const found = bodiesConcerning(log, this.#person).filter((index) => !this.#left.has(index));
      if (found.length === 0) return true;
      const before = this.destroyed + this.resealed;
      await this.#erase(found);
      // What is found and cannot be opened because it is gone: rows that nothing stands behind.
      if (this.destroyed + this.resealed === before && this.#refusals === 0) {
        const isNew = bodiesConcerning(log, this.#person).some(
          (index) => !this.#left.has(index) && !found.includes(index),
        );
        if (!isNew) return true;
      }
      this.#refusals = 0;
    }
    return false;
  }

  /** The holds that keep bodies, with those of the state. */
  held(ofState: readonly string[]): readonly KeepingHold[] {
    const counts = new Map(ofState.map((id) => [id, 0]));
    for (const ids of this.#left.values()) for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1);
    return [...counts].map(([id, bodies]) => ({ id, bodies }));
  }

  async #erase(found: readonly number[]): Promise<void> {
    let chunk = new ErasureChunk();
    const write = async (): Promise<void> => {
      await this.#write(chunk);
      chunk = new ErasureChunk();
      this.#options.onProgress?.(this.destroyed + this.resealed, found.length);
    };
    for (const index of found) {
      this.#plan(index, chunk);
      if (chunk.isFull) await write();
    }
    if (chunk.size > 0) await write();
  }

  /** Puts what is to become of the body of `index` into `chunk`, or notes why it is left. */
  #plan(index: number, chunk: ErasureChunk): void {
    const { log, reseal } = this.#options;
    const found = this.#finder.find(index);
    if (found === undefined) return;
    const holds = holdsOn(log, found.about);
    if (holds.length > 0) {
      this.#left.set(index, holds);
      return;
    }
    if (isWaiting(log, index)) {
      this.waiting.add(index);
      this.#left.set(index, []);
      return;
    }
    const { about, dropped, body, ref, wrapping } = found;
    const text = stripBody(body, this.#person);
    const rest = text === undefined ? undefined : { ...reseal(text, ref), instead: wrapping };
    chunk.add({ ...about, dropped }, rest);
  }

  async #write(chunk: ErasureChunk): Promise<void> {
    const { log, committed = {} } = this.#options;
    const { effect, record } = chunk.finish(this.cause);
    const draft = recordsDraft(log, { kind: 'erasure', erasure: record }, { committed, effects: [effect] });
    const result = await log.writer.append(draft);
    if (result.status === 'refused') {
      // A hold was placed, or another process erased the same: nothing of the chunk was, and the next search plans it anew.
      this.#refusals += 1;
      if (this.#refusals > MAX_REFUSALS) await appendRecord(log, draft);
      return;
    }
    this.entries.push(result.index);
    this.destroyed += chunk.destroyed;
    this.resealed += chunk.size - chunk.destroyed;
  }
}

/** Whether people are still asked about the decision `index`: they are shown its body. */
function isWaiting({ state }: RecordsLog, index: number): boolean {
  const hold = state.hold(index);
  return hold?.status === 'waiting' && hold.expires >= state.timeFloor();
}
