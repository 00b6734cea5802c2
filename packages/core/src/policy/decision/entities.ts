/** The static entities of a set, held for all decisions, and what one request adds to them. */
import { asJson, canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import type { ResourceLimits } from '../../model/index.ts';
import { createEntityStore, type EntityStore } from '../compile/index.ts';
import type { CedarEntity } from './cedar-entity.ts';
import { isJsonArray } from '../json-array.ts';
import type { EntityUid } from '../language/index.ts';
import { BASE_ACTIONS, ID_ATTRIBUTE, type PolicySchema, TOOL_CALLS } from '../schema/index.ts';
import { EMPTY_RECORD, type Entity, recordFromJson, Uid, uidKey } from '../value/index.ts';
import type { MappedPart, MappedPrincipal } from './mapping.ts';

/** An immutable snapshot of entities. */
export interface EntitySnapshot {
  /** SHA-256 in hexadecimal over the entities, sorted. */
  readonly hash: string;
  /** The entities around one request: all that are held, with principal, resource and action as the request says they are. */
  around(principal: MappedPrincipal, part: MappedPart): EntityStore;
}

/** Most requests whose surroundings are kept; when they are more, all are forgotten and made again. */
const MAX_KEPT = 4096;

/** A snapshot of `entities`; `named` are the entities that policies name and may read attributes of. */
export function snapshotEntities(
  entities: readonly CedarEntity[],
  named: readonly EntityUid[],
  schema: PolicySchema,
): EntitySnapshot {
  const known = new Map(entities.map((entity) => [uidKey(entity.uid), withIdAttribute(entity)]));
  const sorted = [...known].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entity]) => entity);
  const hash = sha256Hex(canonicalJson(asJson(sorted)));
  const referred = sorted.flatMap(({ attrs, parents }) => [...parents, ...references(attrs)]);
  for (const uid of [...referred, ...named]) {
    if (uid.type !== 'Action' && !known.has(uidKey(uid))) known.set(uidKey(uid), bareEntity(uid));
  }
  const actions = [...BASE_ACTIONS.keys(), ...schema.tools].map((id) =>
    actionEntity(id, schema.tools.has(id)),
  );
  const held = createEntityStore([...[...known.values()].map(entityOf), ...actions]);
  const kept = new Map<string, EntityStore>();
  return {
    hash,
    around(principal, part) {
      const key = surroundingsKey(principal, part);
      const store = kept.get(key) ?? held.with(additions(principal, part, known, schema));
      if (kept.size >= MAX_KEPT) kept.clear();
      kept.set(key, store);
      return store;
    },
  };
}

/** Everything that {@link additions} looks at. INVARIANT: each text stands with its length, so two requests never share a key. */
function surroundingsKey(principal: MappedPrincipal, part: MappedPart): string {
  const { mfa } = principal;
  let key = `${mfa === undefined ? '' : mfa ? '+' : '-'}${part.isToolCall ? 'c' : 'm'}${part.action.length}:${part.action}${keyOf(principal.uid)}${keyOf(part.resource)}`;
  for (const parent of principal.parents) key += `^${keyOf(parent)}`;
  for (const parent of part.parents) key += `<${keyOf(parent)}`;
  if (part.limits !== undefined) key += `!${canonicalJson({ ...part.limits })}`;
  return key;
}

function keyOf({ type, id }: EntityUid): string {
  return `${type}${id.length}:${id}`;
}

/** The entities that a request brings or changes, by what identity and mapping say of them. */
function additions(
  principal: MappedPrincipal,
  part: MappedPart,
  known: ReadonlyMap<string, CedarEntity>,
  schema: PolicySchema,
): readonly Entity[] {
  const added = new Map<string, CedarEntity>();
  const add = (uid: EntityUid, parents: readonly EntityUid[]): void => {
    const key = uidKey(uid);
    const entity = added.get(key) ?? known.get(key) ?? bareEntity(uid);
    const missing = parents.filter((parent) => !entity.parents.some((one) => uidKey(one) === uidKey(parent)));
    added.set(key, missing.length === 0 ? entity : { ...entity, parents: [...entity.parents, ...missing] });
    for (const parent of missing)
      if (!added.has(uidKey(parent)) && !known.has(uidKey(parent))) add(parent, []);
  };
  add(principal.uid, principal.parents);
  add(part.resource, part.parents);
  setAttributes(added, principal.uid, { mfa_verified: principal.mfa });
  if (part.resource.type === 'Sandbox') setAttributes(added, part.resource, { ...NO_LIMITS, ...part.limits });
  const [team, org] = [principal.parents.find(isA('Team')), principal.parents.find(isA('Org'))];
  if (team !== undefined && org !== undefined) add(team, [org]);
  const entities = [...added.values()].map(entityOf);
  const isHeld = schema.tools.has(part.action) || BASE_ACTIONS.has(part.action);
  return isHeld ? entities : [...entities, actionEntity(part.action, part.isToolCall)];
}

const NO_LIMITS: Readonly<Record<keyof ResourceLimits, undefined>> = {
  profile: undefined,
  driver: undefined,
  max_memory_mb: undefined,
  max_processes: undefined,
  max_cpu_seconds: undefined,
  network: undefined,
};

/** INVARIANT: what only a request can say of an entity is said by it alone; what an operator wrote there does not count. */
function setAttributes(
  added: Map<string, CedarEntity>,
  uid: EntityUid,
  attributes: Readonly<Record<string, JsonValue | undefined>>,
): void {
  const entity = added.get(uidKey(uid));
  if (entity === undefined) return;
  const attrs: Record<string, JsonValue> = { ...entity.attrs };
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined) delete attrs[name];
    else attrs[name] = value;
  }
  added.set(uidKey(uid), { ...entity, attrs });
}

function entityOf({ uid, attrs, parents }: CedarEntity): Entity {
  return {
    uid: new Uid(uid.type, uid.id),
    attrs: recordFromJson(attrs),
    tags: EMPTY_RECORD,
    parents: parents.map(({ type, id }) => new Uid(type, id)),
  };
}

function actionEntity(id: string, isToolCall: boolean): Entity {
  const parents = isToolCall ? [new Uid('Action', TOOL_CALLS)] : [];
  return { uid: new Uid('Action', id), attrs: EMPTY_RECORD, tags: EMPTY_RECORD, parents };
}

function bareEntity(uid: EntityUid): CedarEntity {
  return withIdAttribute({ uid: { type: uid.type, id: uid.id }, attrs: {}, parents: [] });
}

function references(value: JsonValue): readonly EntityUid[] {
  if (isJsonArray(value)) return value.flatMap((member) => references(member));
  if (!isJsonObject(value)) return [];
  const entity = value['__entity'];
  if (isJsonObject(entity) && typeof entity['type'] === 'string' && typeof entity['id'] === 'string') {
    return [{ type: entity['type'], id: entity['id'] }];
  }
  return Object.values(value).flatMap(references);
}

/** The entity with its id as an attribute, where its type has one; what the operator wrote there does not count. */
export function withIdAttribute(entity: CedarEntity): CedarEntity {
  const name = Object.hasOwn(ID_ATTRIBUTE, entity.uid.type) ? ID_ATTRIBUTE[entity.uid.type] : undefined;
  if (name === undefined) return entity;
  const { type, id } = entity.uid;
  // A tool or prompt is named as its server names it, without the server.
  const own = type === 'Tool' || type === 'Prompt' ? id.slice(id.indexOf('/') + 1) : id;
  const attrs: JsonObject = { ...entity.attrs, [name]: own };
  return { ...entity, attrs };
}

function isA(type: string): (uid: EntityUid) => boolean {
  return (uid) => uid.type === type;
}
