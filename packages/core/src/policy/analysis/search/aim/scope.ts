/** Aims a request at the scope of a policy: its principal, action and resource. */
import { type ActionScopeTree, type EntityScope, type EntityUid } from '../../../language/index.ts';
import { BASE_ACTIONS, OTHER_METHOD, TOOL_CALLS } from '../../../schema/index.ts';
import type { Aiming } from './aiming.ts';
import { resourceTypeOf } from '../draft.ts';
import { METHODS } from '../vocabulary.ts';

/** Text of ids where policies name none. */
const SOME_ID = 'x';

/** Aims the draft at an action that `scope` covers. */
export function aimAction(aiming: Aiming, scope: ActionScopeTree): void {
  const { seeded, words } = aiming;
  const ids =
    scope.op === '==' ? [scope.entity.id] : scope.op === 'in' ? scope.entities.map(({ id }) => id) : [];
  const action = ids.length > 0 ? seeded.pick(ids) : seeded.chance(0.6) ? TOOL_CALLS : seeded.pick(METHODS);
  setAction(aiming, action === TOOL_CALLS ? seeded.pick(words.tools) : action);
}

/** Makes the draft a request for the action `id`: a tool, or a method with some resource that it may be about. */
export function setAction({ draft, seeded, words }: Aiming, id: string): void {
  draft.server = undefined;
  const base = BASE_ACTIONS.get(id);
  if (base === undefined) {
    draft.method = TOOL_CALLS;
    draft.resource = { type: 'tool', id };
    return;
  }
  draft.method = id === OTHER_METHOD ? 'vendor/method' : id;
  if (!base.principals.includes('Agent'))
    draft.server = seeded.pick([...(words.ids.get('Server') ?? []), 'server']);
  setResource({ draft, seeded, words }, seeded.pick(base.resources));
}

/** A resource of the entity type `type` that policies name, or some other. */
function setResource({ draft, seeded, words }: Aiming, type: string, id?: string): void {
  const known = words.ids.get(type) ?? [];
  const named = type === 'Tool' ? [...known, ...words.tools] : known;
  const chosen = id ?? (named.length > 0 && seeded.chance(0.8) ? seeded.pick(named) : SOME_ID);
  const resource = resourceTypeOf(type);
  if (resource !== undefined) draft.resource = { type: resource, id: chosen };
}

/** Aims the draft at a principal or resource that `scope` covers. */
export function aimEntityScope(aiming: Aiming, variable: 'principal' | 'resource', scope: EntityScope): void {
  if (scope.op === 'all') return;
  if (scope.op === 'is') {
    if (scope.ancestor !== undefined && !('slot' in scope.ancestor))
      aimEntity(aiming, variable, scope.ancestor, 'in', scope.entityType);
    else if (variable === 'resource' && aiming.draft.method !== TOOL_CALLS)
      setResource(aiming, scope.entityType);
    return;
  }
  if (!('slot' in scope.entity)) aimEntity(aiming, variable, scope.entity, scope.op);
}

/** Makes `variable` the entity `uid`, or something in it. */
export function aimEntity(
  aiming: Aiming,
  variable: 'principal' | 'resource' | 'action' | 'context',
  uid: EntityUid,
  operator: '==' | 'in',
  within?: string,
): void {
  if (variable === 'principal') return aimPrincipal(aiming, uid, operator);
  if (variable === 'action') {
    const { seeded, words } = aiming;
    return setAction(aiming, uid.id === TOOL_CALLS ? seeded.pick(words.tools) : uid.id);
  }
  if (variable === 'resource') aimResource(aiming, uid, operator, within);
}

function aimPrincipal(
  { draft, words, seeded }: Aiming,
  { type, id }: EntityUid,
  operator: '==' | 'in',
): void {
  if (type === 'Agent') draft.agent = { ...draft.agent, id };
  else if (type === 'Server') draft.server = id;
  else if (operator === 'in' && type === 'Team') draft.agent = { ...draft.agent, team: id };
  else if (operator === 'in' && type === 'Org') draft.agent = { ...draft.agent, org: id };
  else {
    const members = membersOf(words.members, { type, id }).filter((uid) => uid.type === 'Agent');
    if (members.length > 0) draft.agent = { id: seeded.pick(members).id };
  }
}

function aimResource(
  aiming: Aiming,
  uid: EntityUid,
  operator: '==' | 'in',
  within: string | undefined,
): void {
  const { draft, words, seeded } = aiming;
  if (draft.method === TOOL_CALLS) {
    const own = words.tools.filter((tool) => tool.startsWith(`${uid.id}/`));
    if (uid.type === 'Server' && !draft.resource.id.startsWith(`${uid.id}/`))
      draft.resource = { type: 'tool', id: own.length > 0 ? seeded.pick(own) : `${uid.id}/${SOME_ID}` };
    return;
  }
  if (operator === 'in' && uid.type === 'Server' && draft.resource.type !== 'server') {
    const { type } = draft.resource;
    if (type === 'tool' || type === 'prompt') draft.resource = { type, id: `${uid.id}/${SOME_ID}` };
    else draft.resource = { ...draft.resource, server: uid.id };
    return;
  }
  const members = membersOf(words.members, uid).filter(({ type }) => within === undefined || type === within);
  const target = operator === 'in' && members.length > 0 && seeded.chance(0.7) ? seeded.pick(members) : uid;
  setResource(aiming, target.type, target.id);
}

/** What is in `uid` directly, by the entities. */
function membersOf(parents: ReadonlyMap<string, readonly EntityUid[]>, uid: EntityUid): readonly EntityUid[] {
  return [...parents].flatMap(([key, above]) => {
    if (!above.some(({ type, id }) => type === uid.type && id === uid.id)) return [];
    const split = key.indexOf('::');
    return [{ type: key.slice(0, split), id: key.slice(split + 2) }];
  });
}
