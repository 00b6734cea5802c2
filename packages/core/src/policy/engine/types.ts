/** What the rest of `policy/` knows of an engine: names and values in Cedar's JSON form, and the answers it gives. */
import type { JsonObject, JsonValue } from '../../kernel/index.ts';

/** Type and id of a Cedar entity; the id is data, any text. */
export interface EntityUid {
  readonly type: string;
  readonly id: string;
}

/** An entity in Cedar's JSON form. */
export interface CedarEntity {
  readonly uid: EntityUid;
  readonly attrs: JsonObject;
  readonly parents: readonly EntityUid[];
}

export type Effect = 'permit' | 'forbid';

/** A policy in Cedar's JSON form; integers are exact, because the lexer refused the others. */
export interface PolicyJson {
  readonly effect: Effect;
  readonly principal: JsonObject;
  readonly action: JsonObject;
  readonly resource: JsonObject;
  readonly conditions: readonly { readonly kind: 'when' | 'unless'; readonly body: JsonValue }[];
  readonly annotations?: { readonly [name: string]: string | null };
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

/** One question to the engine, for one principal. */
export interface EngineRequest {
  readonly principal: EntityUid;
  readonly action: EntityUid;
  readonly resource: EntityUid;
  readonly context: JsonObject;
  readonly entities: readonly CedarEntity[];
}

/** Policies that are satisfied and policies that failed, as places in the list the evaluator was made of. */
export interface Evaluation {
  readonly satisfied: readonly number[];
  readonly errors: readonly { readonly policy: number; readonly message: string }[];
}

/** Evaluates every policy of one immutable set; synchronous. Throws `policy.evaluation` where the request cannot be put. */
export interface Evaluator {
  evaluate(request: EngineRequest): Evaluation;
}
