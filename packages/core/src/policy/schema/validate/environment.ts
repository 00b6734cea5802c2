/** What a policy is checked in: one action with one type of principal and one of resource. */
import type { EntityUid, Span } from '../../language/index.ts';
import type { ActionShape, CedarSchema, RecordShape } from '../model/index.ts';

/** A kind of request that the schema allows. */
export interface RequestEnvironment {
  readonly action: ActionShape;
  readonly principal: string;
  readonly resource: string;
  readonly context: RecordShape;
  /** Its place among all of the schema. */
  readonly place: number;
}

/** What is wrong with a policy. */
export type TypeProblemCode =
  | 'unknown-entity-type'
  | 'unknown-entity'
  | 'unknown-action'
  | 'no-applicable-action'
  | 'unknown-attribute'
  | 'optional-attribute'
  | 'unsafe-tag'
  | 'unexpected-type'
  | 'incompatible-types'
  | 'empty-set'
  | 'extension-literal'
  | 'impossible';

/** A problem of one policy; offsets are those of the tree's spans. */
export interface TypeProblem extends Span {
  readonly code: TypeProblemCode;
  /** Lower case, one line. */
  readonly message: string;
  readonly hint?: string;
  /** The path that is read, `['context', 'args', 'path']`, where it is one. */
  readonly path?: readonly string[];
}

/** All kinds of requests of a schema. */
export function environmentsOf(schema: CedarSchema): readonly RequestEnvironment[] {
  const environments: RequestEnvironment[] = [];
  for (const action of schema.actions.values()) {
    const { appliesTo } = action;
    if (appliesTo === undefined) continue;
    for (const principal of appliesTo.principals)
      for (const resource of appliesTo.resources) {
        const place = environments.length;
        environments.push({ action, principal, resource, context: appliesTo.context, place });
      }
  }
  return environments;
}

/** Whether an entity of type `lower` can be in one of type `upper`, or be it. */
export function canBeIn(schema: CedarSchema, lower: string, upper: string): boolean {
  return lower === upper || schema.entityTypes.get(upper)?.descendants.has(lower) === true;
}

/** Whether `type` is a type of actions. */
export function isActionType(type: string): boolean {
  return type === 'Action' || type.endsWith('::Action');
}

/** Whether two uids are the same. */
export function sameUid(left: EntityUid, right: EntityUid): boolean {
  return left.type === right.type && left.id === right.id;
}
