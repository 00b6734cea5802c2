/** The tags under which a person is found, under each key that bodies are or were sealed with. */
import { toHex } from '../../kernel/index.ts';
import type { BodyKey } from './body-key.ts';
import { ConcernIndex } from './concern-index.ts';

/** Tags of a concern in hexadecimal, that of the first key first. */
export type ConcernTags = (concern: string) => readonly string[];

/** Tags within the tenant that `tenant` answers once it is needed; none where it answers nothing, as in an empty log. */
export function concernTags(keys: readonly BodyKey[], tenant: () => string | undefined): ConcernTags {
  let indexes: readonly ConcernIndex[] | undefined;
  return (concern) => {
    if (indexes === undefined) {
      const name = tenant();
      if (name === undefined) return [];
      indexes = keys.map((key) => new ConcernIndex(key, name));
    }
    return [...new Set(indexes.map((index) => toHex(index.tag(concern))))];
  };
}
