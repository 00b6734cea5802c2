/** The callers' side of a sequencer: a bounded queue that is written in batches, answered in order. */
import { describeFault, Fault } from '../../kernel/index.ts';
import type { AppendResult } from '../../model/index.ts';
import type { PreparedEntry } from '../entry/index.ts';
import { MAX_WAITING_ENTRIES, MAX_WAITING_UNITS } from '../sequencer/index.ts';
import type { BatchResult, SealedEntry } from './batch.ts';
import type { Sequencer } from './sequencer.ts';

/** Most entries in one transaction: what is written in a few dozen milliseconds, so that other processes get their turn. */
const MAX_BATCH = 2_000;
/** Most UTF-16 units of entries and bodies in one transaction; one entry may be longer. */
const MAX_BATCH_UNITS: number = 8 * 1024 * 1024;

/** What a queue works with. */
export interface AppendQueueOptions {
  readonly origin: string;
  readonly sequencer: Sequencer;
  readonly seal: (entry: PreparedEntry) => SealedEntry;
  /** What closes a decision whose caller was told that it is not known to be written. */
  readonly closeUnacknowledged: (decision: number) => PreparedEntry;
}

interface Waiting extends SealedEntry {
  readonly units: number;
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (fault: unknown) => void;
}

/** Somebody who waits until the copy has everything that was committed when they asked. */
interface Asking {
  /** Entries that were given before. */
  readonly after: number;
  readonly resolve: () => void;
  readonly reject: (fault: Fault) => void;
}

/** Gives entries to the sequencer, what has come meanwhile as one batch. Between batches it follows the other processes. */
export class AppendQueue {
  readonly #options: AppendQueueOptions;
  #waiting: Waiting[] = [];
  #units = 0;
  /** Entries that were given, and those of them that left the queue. */
  #given = 0;
  #taken = 0;
  #asking: Asking[] = [];
  #isFollowing = false;
  #running: Promise<void> | undefined;
  /** Why the log could not be reached the last time that it was tried; absent where it could. */
  #fault: Fault | undefined;

  constructor(options: AppendQueueOptions) {
    this.#options = options;
  }

  /** Throws where the log was out of reach: what is known of it may be old. It is tried again meanwhile, so that whoever reads alone comes back too. */
  requireReachable(): void {
    if (this.#fault === undefined) return;
    this.follow();
    throw this.#fault;
  }

  /** Resolves once `entry` is durable or refused. Rejects with `guard.overloaded` at the bound, before anything is queued. */
  append(entry: PreparedEntry): Promise<AppendResult> {
    const units = entry.head.length + (entry.body?.length ?? 0) + unitsOfEffects(entry);
    const count = this.#waiting.length;
    if (count >= MAX_WAITING_ENTRIES || (count > 0 && this.#units + units > MAX_WAITING_UNITS)) {
      const message = `${count} entries wait for the log, at most ${MAX_WAITING_ENTRIES} may`;
      return Promise.reject(new Fault('guard.overloaded', message, { count }));
    }
    // Sealed here, before the lock: other processes wait for nothing that does not need it.
    const sealed = this.#options.seal(entry);
    this.#units += units;
    this.#given += 1;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ ...sealed, units, resolve, reject });
      this.#run();
    });
  }

  /**
   * Resolves once what is known holds every entry that was given before, and all that any process had committed when it was asked: looked up under the lock of the
   * head. Rejects where the log is out of reach.
   */
  caughtUp(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#asking.push({ after: this.#given, resolve, reject });
      this.#run();
    });
  }

  /** Looks for what other processes committed, soon. */
  follow(): void {
    this.#isFollowing = true;
    this.#run();
  }

  /** Waits for everything under way. */
  async settle(): Promise<void> {
    while (this.#running !== undefined) await this.#running;
  }

  #run(): void {
    this.#running ??= this.#drain().finally(() => {
      this.#running = undefined;
      if (this.#waiting.length > 0 || this.#asking.length > 0) this.#run();
    });
  }

  async #drain(): Promise<void> {
    // Callers of the same moment belong to one batch.
    await Promise.resolve();
    while (this.#waiting.length > 0 || this.#isFollowing || this.#asking.length > 0) {
      this.#isFollowing = false;
      // Whoever asks from here on asks about what may be committed after the lock is let go.
      const asking = this.#asking.splice(0);
      if (this.#waiting.length > 0) await this.#write(this.#take());
      else await this.#follow(asking.length > 0 ? 2 : 1);
      this.#tell(asking);
      for (const decision of this.#options.sequencer.takeUnacknowledged()) this.#close(decision);
    }
  }

  async #write(batch: readonly Waiting[]): Promise<void> {
    try {
      const results = await this.#options.sequencer.write(batch);
      this.#fault = undefined;
      for (const [at, waiting] of batch.entries()) this.#answer(waiting, results[at]);
    } catch (cause) {
      this.#fault = asFault(cause);
      for (const { reject } of batch) reject(this.#fault);
    }
  }

  /** A second time on a new session, where somebody waits for it: the one before may just have ended. */
  async #follow(attempts: number): Promise<void> {
    for (let attempt = 1; attempt <= attempts; attempt += 1)
      try {
        await this.#options.sequencer.follow();
        this.#fault = undefined;
        return;
      } catch (cause) {
        this.#fault = asFault(cause);
        if (this.#fault.code !== 'log.unavailable') return;
      }
  }

  /** Answers those whose entries were all given to the sequencer; the others go on waiting, first. */
  #tell(asking: readonly Asking[]): void {
    for (const { resolve, reject } of asking.filter(({ after }) => after <= this.#taken))
      if (this.#fault === undefined) resolve();
      else reject(this.#fault);
    this.#asking.unshift(...asking.filter(({ after }) => after > this.#taken));
  }

  #take(): readonly Waiting[] {
    let count = 0;
    let units = 0;
    for (const waiting of this.#waiting) {
      if (count === MAX_BATCH || (count > 0 && units + waiting.units > MAX_BATCH_UNITS)) break;
      count += 1;
      units += waiting.units;
    }
    this.#units -= units;
    this.#taken += count;
    return this.#waiting.splice(0, count);
  }

  #answer({ resolve, reject }: Waiting, result: BatchResult | undefined): void {
    if (result === undefined) reject(new Fault('log.unavailable', 'the log gave no answer'));
    else if (typeof result === 'string') resolve({ status: 'refused', refusal: result });
    else if ('fault' in result) reject(result.fault);
    else {
      const receipt = `${this.#options.origin}#${result.index}`;
      resolve({ status: 'committed', index: result.index, receipt, timeFloor: result.timeFloor });
    }
  }

  #close(decision: number): void {
    // What fails here too is closed by the next start, as `unknown`.
    this.append(this.#options.closeUnacknowledged(decision)).catch(() => {});
  }
}

/** What of bodies that are sealed again crosses with the entry. */
function unitsOfEffects({ effects }: PreparedEntry): number {
  let units = 0;
  for (const effect of effects)
    if (effect.type === 'erase')
      for (const { resealed } of effect.bodies) units += resealed?.ciphertext.length ?? 0;
  return units;
}

function asFault(cause: unknown): Fault {
  return cause instanceof Fault ? cause : new Fault('log.unavailable', describeFault(cause), {}, { cause });
}
