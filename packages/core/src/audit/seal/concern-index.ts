/** The erasure index: whom a sealed body concerns, searchable only with the node's key. */
import { BoundedMap } from '../../kernel/index.ts';
import { hmacSha256 } from '../../kernel/crypto/index.ts';
import { deriveBesideKey } from '../../model/index.ts';
import type { BodyKey } from './body-key.ts';

/** Tags kept in memory: the agents and people of one node recur. */
const CACHED_TAGS = 4_096;

/**
 * Tags people and agents of a tenant. The same name has the same tag within a tenant and node key, and none outside them;
 * without the key a tag cannot be searched for. It does not hide that two bodies concern the same person.
 */
export class ConcernIndex {
  readonly #key: Uint8Array;
  readonly #tags = new BoundedMap<string, Uint8Array>(CACHED_TAGS);

  constructor(bodyKey: BodyKey, tenant: string) {
    this.#key = (bodyKey.beside ?? deriveBesideKey(bodyKey, tenant)).concerns;
  }

  /** The 32-byte tag of `concern`. */
  tag(concern: string): Uint8Array {
    const known = this.#tags.get(concern);
    if (known !== undefined) return known;
    const tag = hmacSha256(this.#key, concern);
    this.#tags.set(concern, tag);
    return tag;
  }
}
