/** What is found in a bucket that only somebody else than the log can have done. */

/** Most findings that are kept; more are counted. */
const MAX_FINDINGS = 100;

/**
 * `checkpoint-put-back`: readers are shown a smaller checkpoint than the log signed. `checkpoint-forged`: one that no key of the log signed. `checkpoint-hidden`: none is shown.
 * `log-forked`: two roots of one size, both signed. `object-overwritten`: other bytes under the same name. `object-hidden`: a delete marker over a file. `object-missing`: no version
 * of a file is there. `object-foreign`: a name that the log does not use.
 */
export type BucketFindingKind =
  | 'checkpoint-put-back'
  | 'checkpoint-forged'
  | 'checkpoint-hidden'
  | 'log-forked'
  | 'object-overwritten'
  | 'object-hidden'
  | 'object-missing'
  | 'object-foreign';

/** One of them. */
export interface BucketFinding {
  readonly kind: BucketFindingKind;
  /** Name of the object. */
  readonly place: string;
  /** In words. */
  readonly message: string;
}

/** Findings, as many as are kept. */
export class Findings {
  readonly list: BucketFinding[] = [];
  #count = 0;

  add(kind: BucketFindingKind, place: string, message: string): void {
    this.#count += 1;
    if (this.list.length < MAX_FINDINGS) this.list.push({ kind, place, message });
  }

  /** All of them, those that were not kept included. */
  get count(): number {
    return this.#count;
  }
}
