/** Buckets by the key of their resource scope. Under most actions and principals there is one, which needs no map. */
import type { Bucket } from './bucket.ts';

/** Changed only while a set is made; afterwards it is shared and read. */
export class Shelf<Ref> {
  #key: string | undefined;
  #bucket: Bucket<Ref> | undefined;
  #more: Map<string, Bucket<Ref>> | undefined;

  /** A copy that may be changed. */
  static of<Ref>(other: Shelf<Ref> | undefined): Shelf<Ref> {
    const copy = new Shelf<Ref>();
    if (other === undefined) return copy;
    copy.#key = other.#key;
    copy.#bucket = other.#bucket;
    copy.#more = other.#more === undefined ? undefined : new Map(other.#more);
    return copy;
  }

  get isEmpty(): boolean {
    return this.#key === undefined && (this.#more === undefined || this.#more.size === 0);
  }

  get(key: string): Bucket<Ref> | undefined {
    return key === this.#key ? this.#bucket : this.#more?.get(key);
  }

  set(key: string, bucket: Bucket<Ref>): void {
    if (this.#key === undefined && this.#more?.has(key) !== true) this.#key = key;
    if (this.#key === key) this.#bucket = bucket;
    else (this.#more ??= new Map()).set(key, bucket);
  }

  delete(key: string): void {
    if (key === this.#key) this.#key = this.#bucket = undefined;
    else this.#more?.delete(key);
  }
}
