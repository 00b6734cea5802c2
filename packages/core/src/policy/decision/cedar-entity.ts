/** Entities as operators write them. */
import type { JsonObject } from '../../kernel/index.ts';
import type { EntityUid } from '../language/index.ts';

/** An entity in Cedar's JSON form. */
export interface CedarEntity {
  readonly uid: EntityUid;
  readonly attrs: JsonObject;
  readonly parents: readonly EntityUid[];
}
