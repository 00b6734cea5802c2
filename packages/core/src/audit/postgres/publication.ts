/** Publishing of a log in PostgreSQL, and its witnesses, who are asked about what is published. */
import { type Clock, Fault } from '../../kernel/index.ts';
import type { Checkpoint } from '../../proof/index.ts';
import { BucketCopy, type LogBucket } from '../bucket-copy.ts';
import {
  bucketTarget,
  folderTarget,
  type ObjectStore,
  ownCheckpoint,
  type PublishedBundles,
  publishedBundles,
  type PublishedSource,
  Publisher,
  type PublishTarget,
} from '../publish/index.ts';
import type { PassStep, Witnessed } from '../sequencer/index.ts';
import type { CheckpointKey } from '../tree/index.ts';
import { linkWitnesses, type LogWitnesses, type WitnessLink } from '../witness/index.ts';
import { type BodyBucket, BodyMover, requireErasable } from './bodies/index.ts';
import { rowsToPublish } from './rows-to-publish.ts';
import type { SqlDatabase } from './sql-database.ts';
import type { Statements } from './stored/index.ts';

/** How often a log is published to a folder, in milliseconds. */
const FOLDER_INTERVAL_MS = 1_000;
/**
 * How often to a bucket, in milliseconds: each time leaves a partial bundle, one or more partial tiles and a checkpoint behind, which an object lock keeps
 * (decision 14).
 */
const BUCKET_INTERVAL_MS = 60_000;

/** Where a log is published. */
export type PublishPlace =
  /** Files in the folder `log` of the folder `path`. */
  | { readonly kind: 'folder'; readonly path: string }
  /** Objects in a bucket (`@writ/s3`). One log lives in one bucket, or under one prefix of it. */
  | { readonly kind: 'bucket'; readonly store: ObjectStore };

/** What publishing works with. */
export interface PublicationOptions {
  readonly database: SqlDatabase;
  readonly schema: string;
  readonly statements: Statements;
  readonly key: CheckpointKey;
  readonly clock: Clock;
  readonly pass: PassStep;
  readonly place?: PublishPlace;
  readonly intervalMs?: number;
  readonly witnesses?: LogWitnesses;
  readonly bodies?: BodyBucket;
  readonly bucket?: LogBucket;
  /** Told why publishing to `bucket` failed at an interval or at the end. */
  readonly onFault?: (fault: unknown) => void;
}

/** Publishes, asks witnesses, remembers what they said, and moves bodies. */
export class Publication {
  readonly witnesses: WitnessLink | undefined;
  /** Milliseconds between two publishings; `undefined` where nothing is published. */
  readonly intervalMs: number | undefined;
  /** Bundles where the log is published; `undefined` where it is not. */
  readonly bundles: PublishedBundles | undefined;
  readonly #publisher: Publisher | undefined;
  readonly #target: PublishTarget | undefined;
  readonly #options: PublicationOptions;
  readonly #rows: ReturnType<typeof rowsToPublish>;
  readonly #mover: BodyMover | undefined;
  readonly #bucket: BucketCopy | undefined;
  #witnessed: Witnessed = { size: 0, time: 0 };

  /** Throws `config.invalid` for witnesses of a log that is not published, for a `bucket` beside nothing, for a bucket of bodies that has an object lock, and what `linkWitnesses` throws. */
  constructor(options: PublicationOptions) {
    const { place, key, clock, pass, witnesses, database, schema, statements } = options;
    this.#options = options;
    this.#rows = rowsToPublish(database, statements);
    if (options.bodies !== undefined) {
      requireErasable(options.bodies);
      this.#mover = new BodyMover({ database, schema, statements, store: options.bodies.store });
      this.intervalMs = options.intervalMs ?? BUCKET_INTERVAL_MS;
    }
    if (place === undefined) {
      if (options.bucket !== undefined)
        throw new Fault('config.invalid', 'a bucket beside nothing', {
          hint: 'say with `publishTo` where the log is published; a bucket alone is named there',
        });
      if (witnesses === undefined) return;
      const hint = 'say where it is published, with `publishTo`';
      throw new Fault('config.invalid', 'witnesses cosign what is published, and this log is not', { hint });
    }
    const target = place.kind === 'folder' ? folderTarget(place.path) : bucketTarget(place.store, key);
    const publisher = new Publisher({ source: this.#rows, target, key, pass });
    this.#target = target;
    this.#publisher = publisher;
    this.#bucket = bucketOf(options, this.#rows, target);
    this.bundles = publishedBundles(
      [target, ...(this.#bucket === undefined ? [] : [this.#bucket.target])],
      key,
    );
    this.intervalMs =
      options.intervalMs ?? (place.kind === 'folder' ? FOLDER_INTERVAL_MS : BUCKET_INTERVAL_MS);
    if (witnesses === undefined) return;
    const takeWitnessed = (size: number, time: number): void => {
      const known = this.#witnessed;
      this.#witnessed = { size: Math.max(size, known.size), time: Math.max(time, known.time) };
    };
    // Asked of the server: what a witness saw may be another process's, which this one has not heard of yet.
    const size = (): number => Number(database.readNow(statements.readHead)[0]?.['size'] ?? 0);
    this.witnesses = linkWitnesses({ witnesses, target, key, clock, publisher, size, takeWitnessed });
  }

  /** What witnesses that are enough vouch for, as far as this process heard. */
  witnessed(): Witnessed {
    return this.#witnessed;
  }

  /** What is published, where this log signed it: the server must hold at least that. Throws `log.unavailable`. */
  async published(): Promise<readonly Checkpoint[]> {
    const checkpoint = ownCheckpoint(await this.#target?.readCheckpoint(), this.#options.key);
    const known = [checkpoint, await this.#bucket?.published()];
    return known.filter((one) => one !== undefined);
  }

  /** Publishes up to the newest checkpoint and answers its size; `undefined` where nothing is published. Throws `log.corrupt`, `log.unavailable`. */
  async publish(rebuild?: boolean): Promise<number | undefined> {
    const size = await this.#publish(rebuild);
    await this.#bucket?.publish(rebuild);
    return size;
  }

  /** The same at an interval: the bucket beside has a pace of its own, and holds up nothing. */
  async publishAtInterval(): Promise<void> {
    await this.#publish();
    this.#bucket?.offer();
  }

  async #publish(rebuild?: boolean): Promise<number | undefined> {
    const size = await this.#publisher?.publish(rebuild);
    this.witnesses?.offer();
    await this.#mover?.move();
    return size;
  }

  /** Publishes the end of the log, and offers it to the witnesses. */
  async finish(): Promise<void> {
    await this.#publisher?.publish();
    await this.witnesses?.finish();
    await this.#bucket?.finish();
    await this.#mover?.move();
  }

  /** Ends what is under way. Idempotent. */
  async close(): Promise<void> {
    this.witnesses?.close();
    await this.#rows.close();
  }
}

function bucketOf(
  { bucket, key, clock, pass, onFault }: PublicationOptions,
  source: PublishedSource,
  target: PublishTarget,
): BucketCopy | undefined {
  if (bucket === undefined) return undefined;
  const cosigned = (): Promise<Uint8Array | undefined> => target.readCheckpoint();
  const told = onFault === undefined ? {} : { onFault };
  return new BucketCopy({ ...bucket, source, cosigned, key, clock, pass, ...told });
}
