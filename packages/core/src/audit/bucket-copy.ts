/** A log that is published to a bucket beside its folder: at a slower pace, and never in the way of the folder. */
import type { Clock } from '../kernel/index.ts';
import type { Checkpoint } from '../proof/index.ts';
import {
  bucketTarget,
  newestInBucket,
  type ObjectStore,
  ownCheckpoint,
  type PublishedSource,
  Publisher,
  type PublishTarget,
} from './publish/index.ts';
import type { PassStep } from './sequencer/index.ts';
import { type CheckpointKey, createCheckpointKey, rolledBack } from './tree/index.ts';

/** How often a log is published to a bucket, in milliseconds: what is put there under an object lock stays (decision 14). */
const BUCKET_INTERVAL_MS = 60_000;
const NS_PER_MS = 1_000_000n;

/** Which bucket. */
export interface LogBucket {
  readonly store: ObjectStore;
  /** How often, in milliseconds; needs the log's `timer`, else on demand and at the end. Default a minute. */
  readonly everyMs?: number;
  /**
   * Publishes at the end what is new, without a look at each object that was published before; for processes that live for one entry. What is missing is found by
   * those that live longer.
   */
  readonly isBrief?: boolean;
}

/** What a copy works with. */
export interface BucketCopyOptions extends LogBucket {
  readonly source: PublishedSource;
  /** The checkpoint in the folder, which witnesses may have cosigned. */
  readonly cosigned: () => Promise<Uint8Array | undefined> | Uint8Array | undefined;
  readonly key: CheckpointKey;
  readonly clock: Clock;
  readonly pass: PassStep;
  /** Told why publishing at an interval or at the end failed. */
  readonly onFault?: (fault: unknown) => void;
}

/** The copy of one log. */
export class BucketCopy {
  readonly #options: BucketCopyOptions;
  /** The bucket as a place to publish to. */
  readonly target: PublishTarget;
  readonly #publisher: Publisher;
  #isUnderWay = false;
  /** When it was last begun at an interval, on monotonic time. */
  #begunNs: bigint | undefined;

  constructor(options: BucketCopyOptions) {
    const { source, key, pass, store, isBrief = false } = options;
    this.#options = options;
    this.target = bucketTarget(store, key);
    this.#publisher = new Publisher({ source, target: this.target, key, pass, isComplete: isBrief });
  }

  /** What is published, where this log signed it. Throws `log.unavailable`. */
  async published(): Promise<Checkpoint | undefined> {
    return ownCheckpoint(await this.target.readCheckpoint(), this.#options.key);
  }

  /** Throws `log.corrupt` where the bucket holds more of this log than the database: it was put back. Throws `log.unavailable` where nobody can say. */
  async check(): Promise<void> {
    const { source, key } = this.#options;
    const published = await this.published();
    const note = await source.checkpoint();
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
      .catch((fault: unknown) => onFault?.(fault))
      .finally(() => {
        this.#isUnderWay = false;
      });
  }

  /** Publishes now. Throws `log.corrupt`, `log.unavailable`. */
  async publish(rebuild?: boolean): Promise<number> {
    const { cosigned, key } = this.#options;
    const size = await this.#publisher.publish(rebuild);
    const note = await cosigned();
    if (note !== undefined && ownCheckpoint(note, key)?.size === size)
      await this.#publisher.publishCosigned(note);
    return size;
  }

  /** Publishes the end. Throws where nobody is told of failures; what was appended stands in the log all the same. */
  async finish(): Promise<void> {
    const { onFault } = this.#options;
    try {
      await this.publish();
    } catch (fault) {
      if (onFault === undefined) throw fault;
      onFault(fault);
    }
  }
}

/** Whose log is looked for in a bucket. */
export interface BucketLogKeys {
  readonly origin: string;
  readonly signingKey: { readonly seed: Uint8Array; readonly overlapping?: readonly Uint8Array[] };
}

/** How many entries of the log of these keys are published in `store`, as its own checkpoints say; 0 for none. Puts nothing. Throws `log.unavailable`, `log.corrupt`. */
export async function publishedInBucket(
  store: ObjectStore,
  { origin, signingKey }: BucketLogKeys,
): Promise<number> {
  const key = createCheckpointKey(origin, signingKey.seed, signingKey.overlapping);
  return (await newestInBucket(store, key))?.size ?? 0;
}
