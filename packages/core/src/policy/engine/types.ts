/** What the rest of `policy/` knows of an engine: names and values in Cedar's JSON form, and the answers it gives. */
import type { JsonObject } from '../../kernel/index.ts';
import type { EntityUid } from '../language/index.ts';

/** An entity in Cedar's JSON form. */
export interface CedarEntity {
  readonly uid: EntityUid;
  readonly attrs: JsonObject;
  readonly parents: readonly EntityUid[];
}

/** Something the engine refuses; offsets are UTF-16 units of the text it was given. */
export interface EngineProblem {
  readonly message: string;
  readonly hint?: string;
  readonly start?: number;
  readonly end?: number;
}

/** A problem in one of several policies, by its place in the list given. */
export interface PolicyProblem extends EngineProblem {
  readonly policy: number;
}
