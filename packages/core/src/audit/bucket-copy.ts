/** A log of a data folder, published to a bucket as well: at a slower pace, and never in the way of the folder. */
import type { Clock } from '../kernel/index.ts';
import {
  bucketTarget,
  type ObjectStore,
  ownCheckpoint,
  Publisher,
  type PublishTarget,
  type SqliteSource,
} from './publish/index.ts';
import type { PassStep } from './sequencer/index.ts';
import { type CheckpointKey, rolledBack } from './tree/index.ts';

/** How often a log is published to a bucket, in milliseconds: what is put there under an object lock stays (decision 14). */
const BUCKET_INTERVAL_MS = 60_000;
const NS_PER_MS = 1_000_000n;

/** Which bucket. */
export interface LogBucket {
  readonly store: ObjectStore;
  /** How often, in milliseconds; needs the log's `timer`, else on demand and at the end. Default a minute. */
  readonly everyMs?: number;
}

/** What a copy works with. */
export interface BucketCopyOptions extends LogBucket {
  readonly source: SqliteSource;
  /** The checkpoint in the folder, which witnesses may have cosigned. */
  readonly cosigned: () => Uint8Array | undefined;
  readonly key: CheckpointKey;
  readonly clock: Clock;
  readonly pass: PassStep;
  readonly onFault: (fault: unknown) => void;
}

/** The copy of one log. */
export class BucketCopy {
  readonly #options: BucketCopyOptions;
  readonly #target: PublishTarget;
  readonly #publisher: Publisher;
  #isUnderWay = false;
  /** When it was last begun at an interval, on monotonic time. */
  #begunNs: bigint | undefined;

  constructor(options: BucketCopyOptions) {
    const { source, key, pass, store } = options;
    this.#options = options;
    this.#target = bucketTarget(store, key);
    this.#publisher = new Publisher({ source, target: this.#target, key, pass });
  }

  /** Throws `log.corrupt` where the bucket holds more of this log than the database: it was put back. Throws `log.unavailable` where nobody can say. */
  async check(): Promise<void> {
    const { source, key } = this.#options;
    const published = ownCheckpoint(await this.#target.readCheckpoint(), key);
    const note = source.checkpoint();
    const size = note === undefined ? 0 : key.open(note).size;
    if (published !== undefined && published.size > size) throw rolledBack(published.size, size);
  }

  /** Begins to publish if it is time. Returns at once. */
  offer(): void {
    const { clock, everyMs = BUCKET_INTERVAL_MS, onFault } = this.#options;
    const now = clock.monotonicNs();
    const isDue = this.#begunNs === undefined || now - this.#begunNs >= BigInt(everyMs) * NS_PER_MS;
    if (this.#isUnderWay || !isDue) return;
    this.#begunNs = now;
    this.#isUnderWay = true;
    this.publish()
      .catch(onFault)
      .finally(() => {
        this.#isUnderWay = false;
      });
  }

  /** Publishes now. Throws `log.corrupt`, `log.unavailable`. */
  async publish(rebuild?: boolean): Promise<number> {
    const { cosigned, key } = this.#options;
    const size = await this.#publisher.publish(rebuild);
    const note = cosigned();
    if (note !== undefined && ownCheckpoint(note, key)?.size === size)
      await this.#publisher.publishCosigned(note);
    return size;
  }
}
