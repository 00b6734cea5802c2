/** The static entities of a set, and the slice of them that one request needs. */
import { canonicalJson, isJsonObject, type JsonObject, type JsonValue } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import { isJsonArray } from '../json-array.ts';
import type { CedarEntity, EntityUid } from '../engine/index.ts';
import type { MappedPart, MappedPrincipal } from './mapping.ts';
import { ID_ATTRIBUTE, TOOL_CALLS } from '../schema/index.ts';

/** An immutable snapshot of entities. */
export interface EntitySnapshot {
  /** SHA-256 in hexadecimal over the entities, sorted. */
  readonly hash: string;
  /** The entities one request needs: principal, action, resource, those that policies name, and all that these refer to. */
  slice(principal: MappedPrincipal, part: MappedPart): readonly CedarEntity[];
  /** Whether the principal is in a team, by its identity or by the entities, directly or through others. */
  teamsOf(principal: MappedPrincipal): (team: string) => boolean;
}

/** A snapshot of `entities`; `named` are the entities that policies name and may read attributes of. */
export function snapshotEntities(
  entities: readonly CedarEntity[],
  named: readonly EntityUid[],
): EntitySnapshot {
  const known = new Map(entities.map((entity) => [keyOf(entity.uid), withIdAttribute(entity)]));
  const sorted = [...known].sort(([left], [right]) => (left < right ? -1 : 1)).map(([, entity]) => entity);
  return {
    hash: sha256Hex(canonicalJson(sorted as unknown as JsonValue)),
    slice(principal, part) {
      const slice = new Map<string, CedarEntity>();
      include(slice, known, principal.uid, principal.parents);
      include(slice, known, part.resource, part.parents);
      const [agentTeam, agentOrg] = [principal.parents.find(isA('Team')), principal.parents.find(isA('Org'))];
      if (agentTeam !== undefined && agentOrg !== undefined) include(slice, known, agentTeam, [agentOrg]);
      const group = part.isToolCall ? [{ type: 'Action', id: TOOL_CALLS }] : [];
      include(slice, known, { type: 'Action', id: part.action }, group);
      for (const uid of named) if (uid.type !== 'Action') include(slice, known, uid, []);
      return [...slice.values()];
    },
    teamsOf(principal) {
      const slice = new Map<string, CedarEntity>();
      include(slice, known, principal.uid, principal.parents);
      const above = new Set<string>();
      const climb = (uid: EntityUid): void => {
        for (const parent of slice.get(keyOf(uid))?.parents ?? []) {
          if (above.has(keyOf(parent))) continue;
          above.add(keyOf(parent));
          climb(parent);
        }
      };
      climb(principal.uid);
      return (team) => above.has(keyOf({ type: 'Team', id: team }));
    },
  };
}

/** Adds `uid` with its static attributes and parents, `parents` too, and everything these refer to. */
function include(
  slice: Map<string, CedarEntity>,
  known: ReadonlyMap<string, CedarEntity>,
  uid: EntityUid,
  parents: readonly EntityUid[],
): void {
  const key = keyOf(uid);
  const present = slice.get(key);
  const entity = present ?? known.get(key) ?? withIdAttribute({ uid, attrs: {}, parents: [] });
  const missing = parents.filter((parent) => !entity.parents.some((one) => keyOf(one) === keyOf(parent)));
  if (present !== undefined && missing.length === 0) return;
  slice.set(key, missing.length === 0 ? entity : { ...entity, parents: [...entity.parents, ...missing] });
  const referred = present === undefined ? [...entity.parents, ...references(entity.attrs)] : [];
  for (const other of [...referred, ...missing]) include(slice, known, other, []);
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

function keyOf(uid: EntityUid): string {
  return JSON.stringify([uid.type, uid.id]);
}
