/** Entities in Cedar's JSON form, read by a schema. */
import { didYouMean, type EntityUid } from '../../language/index.ts';
import {
  type CedarRecord,
  EMPTY_RECORD,
  type Entity,
  type ExactJson,
  isRecord,
  makeRecord,
  Uid,
  uidKey,
  type Value,
} from '../../value/index.ts';
import { actionKey, type CedarSchema, type EntityTypeShape } from '../model/index.ts';
import { type DataProblem, membersOf, readUid, TypedReader } from './typed-value.ts';

/** The entities, or everything that is wrong with them. */
export type ParsedEntities =
  | { readonly entities: readonly Entity[] }
  | { readonly problems: readonly DataProblem[] };

/** Most entities of one snapshot. */
const MAX_ENTITIES = 1_000_000;
const KEYS = ['uid', 'attrs', 'parents', 'tags'];

/**
 * Parses `json`, a list of entities, and adds the actions of the schema. Refused are undeclared types, attributes and parents, values of another type,
 * what is required and missing, ids that an enumeration does not list, an entity that stands twice, and actions other than the schema's. Never throws.
 */
export function parseEntities(json: ExactJson, schema: CedarSchema): ParsedEntities {
  const reader = new TypedReader(schema);
  const entities = new Map<string, Entity>();
  if (!Array.isArray(json))
    return { problems: [{ path: 'entities', message: 'expected a list of entities' }] };
  if (json.length > MAX_ENTITIES)
    return { problems: [{ path: 'entities', message: `there are more than ${MAX_ENTITIES} entities` }] };
  for (const [index, item] of (json as readonly ExactJson[]).entries()) {
    const path = `entities[${index}]`;
    const entity = readEntity(item, path, reader, schema);
    if (entity === undefined) continue;
    const key = uidKey(entity.uid);
    if (entities.has(key))
      reader.fail(path, `the entity \`${entity.uid.type}::${JSON.stringify(entity.uid.id)}\` stands twice`);
    entities.set(key, entity);
  }
  if (reader.problems.length > 0) return { problems: reader.problems };
  for (const action of actionEntities(schema)) entities.set(uidKey(action.uid), action);
  return { entities: [...entities.values()] };
}

/** The actions of a schema as entities. */
export function actionEntities(schema: CedarSchema): readonly Entity[] {
  return [...schema.actions.values()].map(({ uid, memberOf }) => ({
    uid: new Uid(uid.type, uid.id),
    attrs: EMPTY_RECORD,
    tags: EMPTY_RECORD,
    parents: memberOf.map(({ type, id }) => new Uid(type, id)),
  }));
}

function readEntity(
  json: ExactJson,
  path: string,
  reader: TypedReader,
  schema: CedarSchema,
): Entity | undefined {
  const members = membersOf(json);
  if (members === undefined) return reader.fail(path, 'expected an entity');
  const unknown = Object.keys(members).find((name) => !KEYS.includes(name));
  if (unknown !== undefined)
    return reader.fail(`${path}.${unknown}`, `\`${unknown}\` is not known here`, didYouMean(unknown, KEYS));
  const uid = readUid(members['uid']);
  if (uid === undefined) return reader.fail(`${path}.uid`, 'expected `{"type": …, "id": …}`');
  const parents = readParents(members['parents'] ?? [], path, reader);
  const action = schema.actions.get(actionKey(uid));
  if (action !== undefined)
    return readAction(uid, members, {
      parents,
      groups: schema.actionAncestors.get(actionKey(uid)) ?? [],
      path,
      reader,
    });
  const shape = schema.entityTypes.get(uid.type);
  if (shape === undefined)
    return reader.fail(
      `${path}.uid`,
      `the entity type \`${uid.type}\` is not declared`,
      didYouMean(uid.type, schema.entityTypes.keys()),
    );
  reader.knownId(uid, `${path}.uid`);
  for (const [index, parent] of parents.entries())
    checkParent(parent, shape, `${path}.parents[${index}]`, { reader, schema });
  const attrs = reader.record(members['attrs'] ?? {}, shape.attributes, `${path}.attrs`);
  const tags = readTags(members['tags'] ?? {}, shape, `${path}.tags`, reader);
  return { uid, attrs: isRecord(attrs) ? attrs : EMPTY_RECORD, tags, parents };
}

function readParents(json: ExactJson, path: string, reader: TypedReader): readonly Uid[] {
  if (!Array.isArray(json)) {
    reader.fail(`${path}.parents`, 'expected a list of entities');
    return [];
  }
  return (json as readonly ExactJson[]).flatMap((item, index) => {
    const uid = readUid(item);
    if (uid === undefined) reader.fail(`${path}.parents[${index}]`, 'expected `{"type": …, "id": …}`');
    return uid === undefined ? [] : [uid];
  });
}

function checkParent(
  parent: Uid,
  shape: EntityTypeShape,
  path: string,
  { reader, schema }: { readonly reader: TypedReader; readonly schema: CedarSchema },
): void {
  const isAllowed = shape.ids === undefined && isAncestorType(parent.type, shape.name, schema);
  if (!isAllowed)
    reader.fail(path, `an entity of type \`${shape.name}\` cannot be in one of \`${parent.type}\``);
  else reader.knownId(parent, path);
}

/** Parents may be given with all that is above them, as Cedar allows. */
function isAncestorType(above: string, type: string, schema: CedarSchema): boolean {
  return schema.entityTypes.get(above)?.descendants.has(type) === true;
}

function readTags(json: ExactJson, shape: EntityTypeShape, path: string, reader: TypedReader): CedarRecord {
  const members = membersOf(json) ?? {};
  const entries: [string, Value][] = [];
  for (const [name, member] of Object.entries(members)) {
    if (shape.tags === undefined) {
      reader.fail(path, `entities of type \`${shape.name}\` have no tags`);
      break;
    }
    const value = reader.value(member, shape.tags, `${path}.${name}`);
    if (value !== undefined) entries.push([name, value]);
  }
  return makeRecord(entries);
}

interface ActionReading {
  readonly parents: readonly Uid[];
  /** Everything the schema says it is in, itself first. */
  readonly groups: readonly EntityUid[];
  readonly path: string;
  readonly reader: TypedReader;
}

/** An action may stand among the entities where it says exactly what the schema says. */
function readAction(
  uid: Uid,
  members: { readonly [name: string]: ExactJson },
  { parents, groups, path, reader }: ActionReading,
): Entity | undefined {
  const hasMembers = (name: string): boolean => Object.keys(membersOf(members[name] ?? {}) ?? {}).length > 0;
  if (hasMembers('attrs') || hasMembers('tags'))
    return reader.fail(path, 'an action has neither attributes nor tags');
  const wanted = new Set(groups.slice(1).map(uidKey));
  const given = new Set(parents.map(uidKey));
  const isSame = given.size === wanted.size && [...given].every((key) => wanted.has(key));
  if (!isSame) return reader.fail(`${path}.parents`, 'the groups of the action are not those of the schema');
  return { uid, attrs: EMPTY_RECORD, tags: EMPTY_RECORD, parents };
}
