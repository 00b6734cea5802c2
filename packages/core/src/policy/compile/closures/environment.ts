/** What an expression is evaluated in, and how evaluation fails. */
import type { CedarRecord, Value } from '../../value/index.ts';
import type { EntityNode, EntityStore } from '../store.ts';

/** One request with the entities around it. An entity that the store does not hold has a node that says so. */
export interface Environment {
  readonly principal: EntityNode;
  readonly action: EntityNode;
  readonly resource: EntityNode;
  readonly context: CedarRecord;
  readonly store: EntityStore;
}

/** An expression as a function; throws {@link EvaluationFailure} where Cedar has an evaluation error. */
export type Closure = (environment: Environment) => Value;

/** An expression that is true or false. */
export type Test = (environment: Environment) => boolean;

/** An evaluation error: lower case, names what failed and what was found. */
export class EvaluationFailure extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'EvaluationFailure';
  }
}
