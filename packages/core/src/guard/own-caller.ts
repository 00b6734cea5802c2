/** The caller that a face authenticated, as the guard's own: read once, and nobody where it is not a caller. */
import { Fault } from '../kernel/index.ts';
import {
  type AgentIdentity,
  AUTHENTICATION_METHODS,
  type Caller,
  MAX_CHAIN,
  MAX_ID_LENGTH,
  type Person,
} from '../model/index.ts';

/** Most roles of a person (model). */
const MAX_ROLES = 256;
/** In whose name what has no caller is refused: authenticated by nothing, never the node's own agent. */
export const NOBODY: Caller = {
  agent: { id: 'unidentified' },
  authentication: { method: 'none', assurance: 0, credentialId: 'none', at: 0 },
};

/** A copy of `caller` that shares nothing with it. Throws `identity.unauthenticated` for whatever is not one: it comes from outside the types. */
export function ownCaller(caller: Caller): Caller {
  const { agent, person, chain, authentication } = caller;
  const { method, assurance, credentialId, at } = authentication;
  const isProof =
    AUTHENTICATION_METHODS.includes(method) &&
    [0, 1, 2, 3].includes(assurance) &&
    typeof credentialId === 'string' &&
    credentialId.length <= MAX_ID_LENGTH &&
    credentialId.isWellFormed() &&
    Number.isSafeInteger(at) &&
    at >= 0;
  if (!isProof) throw unusable('what vouches for it is not readable');
  return {
    agent: ownAgent(agent),
    ...(person === undefined ? {} : { person: ownPerson(person) }),
    ...(chain === undefined ? {} : { chain: ownList(chain, MAX_CHAIN).map(ownAgent) }),
    authentication: { method, assurance, credentialId, at },
  };
}

function ownAgent({ id, team, org }: AgentIdentity): AgentIdentity {
  return {
    id: ownName(id),
    ...(team === undefined ? {} : { team: ownName(team) }),
    ...(org === undefined ? {} : { org: ownName(org) }),
  };
}

function ownPerson({ id, roles, mfa }: Person): Person {
  if (mfa !== undefined && typeof mfa !== 'boolean') throw unusable('its factors are not readable');
  return {
    id: ownName(id),
    roles: ownList(roles, MAX_ROLES).map(ownName),
    ...(mfa === undefined ? {} : { mfa }),
  };
}

function ownList<Item>(items: readonly Item[], most: number): readonly Item[] {
  const isList: boolean = Array.isArray(items);
  if (isList && items.length <= most) return items;
  throw unusable(`a list of at most ${most} is missing`);
}

function ownName(name: string): string {
  if (typeof name === 'string' && name.length > 0 && name.length <= MAX_ID_LENGTH && name.isWellFormed())
    return name;
  throw unusable(`a name of 1 to ${MAX_ID_LENGTH} well-formed characters is missing`);
}

function unusable(problem: string): Fault {
  return new Fault('identity.unauthenticated', `the caller is not usable: ${problem}`);
}
