/** Cedar's JSON schema form to a resolved schema. */
import { isJsonObject, type JsonObject, type JsonValue } from '../../../kernel/index.ts';
import { didYouMean, type EntityUid } from '../../language/index.ts';
import { candidates, type Declared, qualify, RESERVED } from './names.ts';
import { type Place, refuse, type SchemaProblem, SchemaRefused, TypeReader } from './types-from-json.ts';
import {
  actionKey,
  type ActionShape,
  type CedarSchema,
  type EntityTypeShape,
  type RecordShape,
} from './types.ts';

/** A resolved schema, or everything that is wrong with it. */
export type ResolvedSchema =
  | { readonly schema: CedarSchema }
  | { readonly problems: readonly SchemaProblem[] };

const NAMESPACE_KEYS = ['entityTypes', 'actions', 'commonTypes', 'annotations'];
const ENTITY_KEYS = ['memberOfTypes', 'shape', 'tags', 'enum', 'annotations'];
const ACTION_KEYS = ['memberOf', 'appliesTo', 'annotations', 'attributes'];
const APPLIES_KEYS = ['principalTypes', 'resourceTypes', 'context'];
const RESERVED_TYPES = new Set(['Bool', 'Boolean', 'Entity', 'Extension', 'Long', 'Record', 'Set', 'String']);
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Resolves `json`. Never throws. */
export function resolveSchema(json: JsonObject): ResolvedSchema {
  const problems: SchemaProblem[] = [];
  const attempt = <Result>(read: () => Result): Result | undefined => {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof SchemaRefused)) throw thrown;
      problems.push(thrown.problem);
      return undefined;
    }
  };
  const declared = collect(json, attempt);
  const types = new TypeReader(declared);
  for (const [name, { namespace, json: type }] of declared.commons)
    attempt(() => {
      const place = { namespace, path: `commonTypes.${name}`, within: [name] };
      refuseShadow(name, namespace, declared, place);
      types.read(type, place);
    });
  const entities = new Map<string, EntityTypeShape>();
  for (const [name, { namespace, json: entity }] of declared.entities) {
    const place = { namespace, path: `entityTypes.${name}`, within: [] };
    const shape = attempt(() => {
      refuseShadow(name, namespace, declared, place);
      return readEntity(name, entity, types, place);
    });
    if (shape !== undefined) entities.set(name, shape);
  }
  const actions = new Map<string, ActionShape>();
  for (const [key, { namespace, id, json: action }] of declared.actions) {
    const place = { namespace, path: `actions.${id}`, within: [] };
    const shape = attempt(() =>
      readAction({ type: qualify(namespace, 'Action'), id }, action, { types, declared, place }),
    );
    if (shape !== undefined) actions.set(key, shape);
  }
  const actionAncestors = attempt(() => closeActions(actions));
  if (problems.length > 0 || actionAncestors === undefined) return { problems };
  return { schema: { entityTypes: closeEntities(entities), actions, actionAncestors } };
}

type Attempt = <Result>(read: () => Result) => Result | undefined;

function collect(json: JsonObject, attempt: Attempt): Declared {
  const entities = new Map<string, { namespace: string; json: JsonObject }>();
  const commons = new Map<string, { namespace: string; json: JsonObject }>();
  const actions = new Map<string, { namespace: string; id: string; json: JsonObject }>();
  for (const [namespace, body] of Object.entries(json)) {
    attempt(() => {
      const place = { namespace, path: namespace, within: [] };
      const members = objectOf(body, place);
      refuseUnknown(members, NAMESPACE_KEYS, place);
      if (namespace !== '' && !namespace.split('::').every(isName))
        throw refuse(place, `\`${namespace}\` is no name of a namespace`);
      for (const [name, entity] of Object.entries(objectOf(members['entityTypes'] ?? {}, place))) {
        refuseName(name, place);
        if (name === 'Action') throw refuse(place, '`Action` is the type of actions and cannot be declared');
        entities.set(qualify(namespace, name), { namespace, json: objectOf(entity, place) });
      }
      for (const [name, type] of Object.entries(objectOf(members['commonTypes'] ?? {}, place))) {
        refuseName(name, place);
        if (RESERVED_TYPES.has(name)) throw refuse(place, `\`${name}\` is a reserved name of a type`);
        commons.set(qualify(namespace, name), { namespace, json: objectOf(type, place) });
      }
      for (const [id, action] of Object.entries(objectOf(members['actions'] ?? {}, place))) {
        const key = actionKey({ type: qualify(namespace, 'Action'), id });
        actions.set(key, { namespace, id, json: objectOf(action, place) });
      }
    });
  }
  return { entities, commons, actions };
}

function readEntity(name: string, json: JsonObject, types: TypeReader, place: Place): EntityTypeShape {
  refuseUnknown(json, ENTITY_KEYS, place);
  const { enum: ids, memberOfTypes, shape, tags } = json;
  const memberOf = new Set(listOf(memberOfTypes, place).map((parent) => types.entityName(parent, place)));
  if (ids !== undefined) {
    const listed = listOf(ids, place);
    const texts = listed.filter((id) => typeof id === 'string');
    if (texts.length < listed.length) throw refuse(place, 'the ids of an enumeration are texts');
    if ([memberOfTypes, shape, tags].some((member) => member !== undefined))
      throw refuse(place, 'an enumeration has ids and nothing else');
    if (texts.length === 0) throw refuse(place, 'an enumeration needs at least one id');
    return {
      name,
      memberOf: new Set(),
      descendants: new Set(),
      attributes: NO_ATTRIBUTES,
      ids: new Set(texts),
    };
  }
  const attributes =
    shape === undefined ? NO_ATTRIBUTES : types.read(shape, { ...place, path: `${place.path}.shape` });
  if (attributes.kind !== 'record') throw refuse(place, 'the shape of an entity type is a record');
  const base = { name, memberOf, descendants: new Set<string>(), attributes };
  return tags === undefined
    ? base
    : { ...base, tags: types.read(tags, { ...place, path: `${place.path}.tags` }) };
}

const NO_ATTRIBUTES: RecordShape = { kind: 'record', attributes: new Map() };

interface ActionReading {
  readonly types: TypeReader;
  readonly declared: Declared;
  readonly place: Place;
}

function readAction(
  uid: EntityUid,
  json: JsonObject,
  { types, declared, place }: ActionReading,
): ActionShape {
  refuseUnknown(json, ACTION_KEYS, place);
  if (Object.keys(objectOf(json['attributes'] ?? {}, place)).length > 0)
    throw refuse(place, 'actions have no attributes');
  if (place.namespace !== '' && declared.actions.has(actionKey({ type: 'Action', id: uid.id })))
    throw refuse(place, `the action \`${uid.id}\` is declared outside any namespace as well`);
  const memberOf = listOf(json['memberOf'], place).map((group) => groupOf(group, declared, place));
  const applies = json['appliesTo'];
  if (applies === undefined || applies === null) return { uid, memberOf };
  const members = objectOf(applies, place);
  refuseUnknown(members, APPLIES_KEYS, place);
  const namesOf = (key: string): readonly string[] => {
    if (!Array.isArray(members[key])) throw refuse(place, `\`${key}\` is no list`);
    return [...new Set(listOf(members[key], place).map((name) => types.entityName(name, place)))];
  };
  const context =
    members['context'] === undefined
      ? NO_ATTRIBUTES
      : types.read(members['context'], { ...place, path: `${place.path}.context` });
  if (context.kind !== 'record') throw refuse(place, 'the context of an action is a record');
  const [principals, resources] = [namesOf('principalTypes'), namesOf('resourceTypes')];
  // A group is written as an action that applies to nothing, in the one form or the other.
  if (principals.length === 0 || resources.length === 0) return { uid, memberOf };
  return { uid, memberOf, appliesTo: { principals, resources, context } };
}

function groupOf(json: JsonValue, declared: Declared, place: Place): EntityUid {
  const { id, type } = objectOf(json, place);
  if (typeof id !== 'string') throw refuse(place, 'a group of actions is named by its `id`');
  const named =
    typeof type === 'string' ? candidates(place.namespace, type) : [qualify(place.namespace, 'Action')];
  const found = named.map((name) => ({ type: name, id })).find((uid) => declared.actions.has(actionKey(uid)));
  if (found !== undefined) return found;
  const known = [...declared.actions.values()].map((action) => action.id);
  throw refuse(place, `the action \`${id}\` is not declared`, didYouMean(id, known));
}

function closeActions(actions: ReadonlyMap<string, ActionShape>): CedarSchema['actionAncestors'] {
  const closed = new Map<string, readonly EntityUid[]>();
  for (const [key, action] of actions) {
    const found = new Map<string, EntityUid>([[key, action.uid]]);
    const open = [...action.memberOf];
    for (let uid = open.pop(); uid !== undefined; uid = open.pop()) {
      const above = actionKey(uid);
      if (above === key)
        throw new SchemaRefused({
          message: `the action \`${action.uid.id}\` is in itself`,
          path: `actions.${action.uid.id}`,
        });
      if (found.has(above)) continue;
      found.set(above, uid);
      open.push(...(actions.get(above)?.memberOf ?? []));
    }
    closed.set(key, [...found.values()]);
  }
  return closed;
}

function closeEntities(entities: ReadonlyMap<string, EntityTypeShape>): ReadonlyMap<string, EntityTypeShape> {
  const descendants = new Map<string, Set<string>>([...entities.keys()].map((name) => [name, new Set()]));
  for (const [name, { memberOf }] of entities) {
    const seen = new Set<string>();
    const open = [...memberOf];
    for (let above = open.pop(); above !== undefined; above = open.pop()) {
      if (seen.has(above)) continue;
      seen.add(above);
      descendants.get(above)?.add(name);
      open.push(...(entities.get(above)?.memberOf ?? []));
    }
  }
  return new Map(
    [...entities].map(([name, shape]) => [
      name,
      { ...shape, descendants: descendants.get(name) ?? new Set() },
    ]),
  );
}

function refuseName(name: string, place: Place): void {
  if (!isName(name)) throw refuse(place, `\`${name}\` is no name of a type`);
}

function isName(text: string): boolean {
  return NAME.test(text) && !RESERVED.has(text);
}

/** One name with two meanings would be the one or the other by where it stands. */
function refuseShadow(name: string, namespace: string, { entities, commons }: Declared, place: Place): void {
  const bare = name.slice(name.lastIndexOf(':') + 1);
  if (namespace !== '' && (entities.has(bare) || commons.has(bare)))
    throw refuse(place, `\`${name}\` hides \`${bare}\`, which is declared outside any namespace`);
}

function objectOf(json: JsonValue | undefined, place: Place): JsonObject {
  if (isJsonObject(json)) return json;
  throw refuse(place, 'expected an object');
}

function listOf(json: JsonValue | undefined, place: Place): readonly JsonValue[] {
  if (json === undefined || json === null) return [];
  if (Array.isArray(json)) return json as readonly JsonValue[];
  throw refuse(place, 'expected a list');
}

function refuseUnknown(json: JsonObject, known: readonly string[], place: Place): void {
  const unknown = Object.keys(json).find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw refuse(place, `\`${unknown}\` is not known here`, didYouMean(unknown, known));
}
