/** Entity types, entities and actions that a policy names must be in the schema, wherever they stand. */
import {
  childrenOf,
  didYouMean,
  type EntityOrSlot,
  type EntityScope,
  type EntityUid,
  type Expression,
  type PolicyTree,
  type Span,
} from '../../language/index.ts';
import { actionKey, type CedarSchema } from '../model/index.ts';
import { isActionType, type TypeProblem } from './environment.ts';

/** Names in `policy` that the schema does not know. */
export function checkNames(policy: PolicyTree, schema: CedarSchema): readonly TypeProblem[] {
  const problems: TypeProblem[] = [];
  const checkUid = (uid: EntityUid, span: Span): void => {
    const problem = unknownUid(uid, span, schema);
    if (problem !== undefined) problems.push(problem);
  };
  const checkType = (type: string, span: Span): void => {
    if (!schema.entityTypes.has(type) && !isKnownActionType(type, schema))
      problems.push(unknownType(type, span, schema));
  };
  const checkScope = (scope: EntityScope): void => {
    if (scope.op === 'all') return;
    if (scope.op === 'is') checkType(scope.entityType, scope);
    const entity: EntityOrSlot | undefined = scope.op === 'is' ? scope.ancestor : scope.entity;
    if (entity !== undefined && !('slot' in entity)) checkUid(entity, scope);
  };
  const walk = (expression: Expression): void => {
    if (expression.kind === 'entity') checkUid(expression.uid, expression);
    if (expression.kind === 'is') checkType(expression.entityType, expression);
    for (const child of childrenOf(expression)) walk(child);
  };
  checkScope(policy.principal);
  const { action } = policy;
  if (action.op === '==') checkUid(action.entity, action);
  if (action.op === 'in') {
    for (const uid of action.entities) checkUid(uid, action);
    const [first, ...others] = action.entities;
    const odd = others.find(({ type }) => type !== first?.type);
    if (first !== undefined && odd !== undefined)
      problems.push(
        problem('incompatible-types', action, `the types ${first.type} and ${odd.type} are not compatible`),
      );
  }
  checkScope(policy.resource);
  for (const { body } of policy.conditions) walk(body);
  return problems;
}

function isKnownActionType(type: string, schema: CedarSchema): boolean {
  return isActionType(type) && [...schema.actions.values()].some(({ uid }) => uid.type === type);
}

function unknownUid(uid: EntityUid, span: Span, schema: CedarSchema): TypeProblem | undefined {
  const shown = `\`${uid.type}::${JSON.stringify(uid.id)}\``;
  if (isActionType(uid.type)) {
    if (schema.actions.has(actionKey(uid))) return undefined;
    const known = [...schema.actions.values()].map(
      (action) => `${action.uid.type}::${JSON.stringify(action.uid.id)}`,
    );
    const hint = didYouMean(`${uid.type}::${JSON.stringify(uid.id)}`, known);
    return problem('unknown-action', span, `unrecognized action ${shown}`, hint);
  }
  const type = schema.entityTypes.get(uid.type);
  if (type === undefined) return unknownType(uid.type, span, schema);
  if (type.ids === undefined || type.ids.has(uid.id)) return undefined;
  return problem(
    'unknown-entity',
    span,
    `${shown} is none of the ids of \`${uid.type}\``,
    didYouMean(uid.id, type.ids),
  );
}

function unknownType(type: string, span: Span, schema: CedarSchema): TypeProblem {
  const hint = didYouMean(type, schema.entityTypes.keys());
  return problem('unknown-entity-type', span, `unrecognized entity type \`${type}\``, hint);
}

function problem(
  code: TypeProblem['code'],
  { start, end }: Span,
  message: string,
  hint?: string,
): TypeProblem {
  return { code, message, start, end, ...(hint === undefined ? {} : { hint }) };
}
