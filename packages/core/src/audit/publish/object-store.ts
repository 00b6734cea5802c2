/** Port: a bucket of an S3-compatible store. This room opens no socket; who does implements it (`@writ/s3`). */

/** An object, as it stands. */
export interface StoredObject {
  readonly bytes: Uint8Array;
  /** Changes whenever the bytes do (`ETag`). */
  readonly tag: string;
}

/** One version of an object. A store without versions has one of each. */
export interface ObjectVersion {
  readonly name: string;
  /** The store's own id of it. */
  readonly version: string;
  readonly tag: string;
  /** Bytes. */
  readonly length: number;
  /** Whether this is what a reader gets; none of an object's versions is where a delete marker hides them. */
  readonly isLatest: boolean;
}

/** What must hold for an object to be put: that there is none, or that it is the one with this tag. */
export type PutCondition = { readonly kind: 'absent' } | { readonly kind: 'tag'; readonly tag: string };

/**
 * Objects by name. Reads see every write that was answered (strong consistency, as S3 has it). Each call is bounded in time and tried again by the store's own rules;
 * failures are thrown as `log.unavailable`, and then nothing is known of what was put.
 */
export interface ObjectStore {
  /** Whether what is put is kept by an object lock: it can be hidden, and never be changed or removed before its time. */
  readonly isLocked: boolean;
  /** Bytes of the object `name`; `undefined` where none is. */
  length(name: string): Promise<number | undefined>;
  /** The object `name`, or one `version` of it; `undefined` where none is. Throws `log.unavailable` for one of more than `maximum` bytes, unread. */
  get(name: string, maximum: number, version?: string): Promise<StoredObject | undefined>;
  /**
   * Puts an object, whole or not at all. Answers false where `condition` did not hold, or where the store says so: some refuse every tag, others know no
   * conditions and put. So a condition makes races rarer; nothing may rest on it.
   */
  put(name: string, bytes: Uint8Array, condition?: PutCondition): Promise<boolean>;
  /** Removes the object `name`; in a store with versions, hides it. Of none there is harmless. */
  remove(name: string): Promise<void>;
  /** Every version of each object whose name begins with `prefix` and comes after `after`, by name, the newest of a name first. */
  versions(prefix: string, after?: string): AsyncIterable<ObjectVersion>;
}
