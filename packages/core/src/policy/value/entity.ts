/** Entities as values. */
import type { Uid } from './uid.ts';
import type { CedarRecord } from './value.ts';

/** An entity with its attributes, tags and direct parents; immutable. */
export interface Entity {
  readonly uid: Uid;
  readonly attrs: CedarRecord;
  readonly tags: CedarRecord;
  readonly parents: readonly Uid[];
}
