/** Our engine and the reference, asked the way the official one is. */
import { authorize, type CompiledSet, compileSet, type EntityStore } from '../../src/policy/compile/index.ts';
import {
  type Effect,
  type EntityUid,
  linkTemplate,
  parsePolicies,
  type PolicyTree,
} from '../../src/policy/language/index.ts';
import {
  type Entity,
  type ExactJson,
  parseExactJson,
  recordFromJson,
  Uid,
} from '../../src/policy/value/index.ts';
import type { OracleAnswer, OracleRequest, TextPolicy } from './oracle.ts';
import { referenceEvaluate } from './reference.ts';

export interface NamedTree {
  readonly id: string;
  readonly effect: Effect;
  readonly tree: PolicyTree;
}

type Members = { readonly [name: string]: ExactJson };

/** Every policy that is satisfied, of both effects, and every one that fails; both sorted. */
export interface Evaluation {
  readonly satisfied: readonly string[];
  readonly errors: readonly string[];
}

export function treeOf({ id, effect, body, link }: TextPolicy): NamedTree {
  const { policies, problems } = parsePolicies({ name: id, text: `${effect} ${body}` });
  const [tree] = policies;
  if (tree === undefined) throw new Error(`${effect} ${body}: ${problems[0]?.message}`);
  return { id, effect, tree: link === undefined ? tree : linkTemplate(tree, link) };
}

export function uidFrom(json: ExactJson): Uid {
  const members = json as Members;
  const { type, id } = (members['__entity'] ?? members) as unknown as EntityUid;
  return new Uid(type, id);
}

/** Entities of JSON in which every value is written out. */
export function entitiesFrom(json: string): readonly Entity[] {
  return (parseExactJson(json) as readonly Members[]).map(({ uid, attrs = {}, tags = {}, parents = [] }) => ({
    uid: uidFrom(uid as ExactJson),
    attrs: recordFromJson(attrs as Members),
    tags: recordFromJson(tags as Members),
    parents: (parents as readonly ExactJson[]).map(uidFrom),
  }));
}

export function contextFrom(json: string): ReturnType<typeof recordFromJson> {
  return recordFromJson(parseExactJson(json) as Members);
}

export const compiled = (policies: readonly NamedTree[]): CompiledSet<NamedTree> =>
  compileSet(policies.map((policy) => ({ id: policy.id, tree: policy.tree, ref: policy })));

function requestOf({ principal, action, resource, context }: OracleRequest): {
  principal: Uid;
  action: Uid;
  resource: Uid;
  context: ReturnType<typeof recordFromJson>;
} {
  return {
    principal: uidFrom({ ...principal }),
    action: uidFrom({ ...action }),
    resource: uidFrom({ ...resource }),
    context: contextFrom(context),
  };
}

/** Our engine's answer. */
export function engineEvaluate(
  set: CompiledSet<NamedTree>,
  request: OracleRequest,
  store: EntityStore,
): Evaluation {
  const { satisfied, errors } = set.evaluate(requestOf(request), store);
  return {
    satisfied: satisfied.map(({ id }) => id).toSorted(),
    errors: errors.map(({ ref }) => ref.id).toSorted(),
  };
}

/** Our engine's decision by the rules of Cedar. */
export function engineAuthorize(
  set: CompiledSet<NamedTree>,
  request: OracleRequest,
  store: EntityStore,
): OracleAnswer {
  return authorize(set, requestOf(request), store);
}

/** The reference evaluator's answer. */
export function referenceAnswer(
  policies: readonly NamedTree[],
  request: OracleRequest,
  entities: readonly Entity[],
): Evaluation {
  const { satisfied, errors } = referenceEvaluate(
    policies.map(({ tree }) => tree),
    requestOf(request),
    entities,
  );
  const ids = (places: readonly number[]): readonly string[] =>
    places.map((place) => policies[place]?.id ?? '').toSorted();
  return { satisfied: ids(satisfied), errors: ids(errors) };
}

/** Cedar's decision from what is satisfied: a permit and no forbid. */
export function decisionFrom(
  policies: readonly NamedTree[],
  { satisfied, errors }: Evaluation,
): OracleAnswer {
  const of = (effect: Effect): readonly string[] =>
    satisfied.filter((id) => policies.some((policy) => policy.id === id && policy.effect === effect));
  const forbids = of('forbid');
  const permits = of('permit');
  return {
    decision: permits.length > 0 && forbids.length === 0 ? 'allow' : 'deny',
    reasons: forbids.length > 0 ? forbids : permits,
    errors,
  };
}
