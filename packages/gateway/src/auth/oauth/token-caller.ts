/** From the claims of a verified token to its caller. */
import { type Assurance, type Caller, type JsonObject, MAX_ID_LENGTH, type Person } from '@writ/core';
import type { IssuerConfiguration } from '../configuration.ts';
import type { Refusal } from '../types.ts';
import { claimAt, idAt, isMachine, MAX_ROLES, scopesAt, textsAt } from './claims.ts';
import { delegationOf } from './delegation.ts';

/** Longest token id that is kept as the name of the credential, in characters. */
const MAX_TOKEN_ID_LENGTH = 128;

/** A caller without the instant at which it called. */
export interface TokenCaller {
  readonly caller: Caller;
  readonly scopes: ReadonlySet<string>;
}

/** The caller of `claims`. A token that holder-of-key binding protects counts for more than one that anybody may hold. */
export function tokenCaller(
  claims: JsonObject,
  issuer: IssuerConfiguration,
  proof: { readonly isBound: boolean; readonly at: number },
): TokenCaller | Refusal {
  const unmet = issuer.requires.find(({ path, equals }) => claimAt(claims, path) !== equals);
  if (unmet !== undefined) return refused(unmet.reason);
  const delegation = delegationOf(claims, issuer.agent);
  if ('problem' in delegation) return { code: 'auth.delegation', reason: delegation.problem };
  const isProgram = issuer.machine.some((rule) => isMachine(claims, rule));
  const person =
    isProgram || issuer.person === undefined ? undefined : personOf(claims, issuer, issuer.person);
  if (person !== undefined && 'code' in person) return person;
  const named = (id: string): string => `${issuer.name}:${id}`;
  const ids = [delegation.agent, ...delegation.chain, ...(person === undefined ? [] : [person.id])];
  if (ids.some((id) => named(id).length > MAX_ID_LENGTH)) return refused('an id is too long');
  const home = {
    ...(issuer.team === undefined ? {} : { team: issuer.team }),
    ...(issuer.org === undefined ? {} : { org: issuer.org }),
  };
  const assurance: Assurance = proof.isBound ? 2 : 1;
  return {
    caller: {
      agent: { id: named(delegation.agent), ...home },
      ...(person === undefined ? {} : { person: { ...person, id: named(person.id) } }),
      ...(delegation.chain.length === 0
        ? {}
        : { chain: delegation.chain.map((id) => ({ id: named(id), ...home })) }),
      authentication: {
        method: 'oauth',
        assurance,
        credentialId: credentialOf(claims, issuer),
        at: proof.at,
      },
    },
    scopes: scopesOf(claims, issuer, isProgram),
  };
}

/** Under the id that the issuer gave. */
function personOf(
  claims: JsonObject,
  { roles, mfa, name }: IssuerConfiguration,
  path: NonNullable<IssuerConfiguration['person']>,
): Person | Refusal {
  const id = idAt(claims, path);
  // Left out, the person would be nobody, and a policy about people would not see one.
  if (id === undefined) return refused(`the claim \`${path.join('.')}\` names no person`);
  const found = roles === undefined ? [] : rolesAt(claims, roles, name);
  if (!Array.isArray(found)) return found as Refusal;
  const factors = mfa === undefined ? [] : textsAt(claims, mfa.path);
  if (factors === undefined) return refused('the claim about factors cannot be read');
  const isKnown = mfa !== undefined && factors.length > 0;
  return {
    id,
    roles: found as readonly string[],
    ...(isKnown ? { mfa: factors.some((factor) => mfa.anyOf.includes(factor)) } : {}),
  };
}

function rolesAt(
  claims: JsonObject,
  { path, names }: NonNullable<IssuerConfiguration['roles']>,
  issuer: string,
): readonly string[] | Refusal {
  // Entra ID leaves groups out of a token where they are too many, and says so: a policy would take the person for one without any.
  const [outermost = ''] = path;
  const isLeftOut = outermost === 'groups' && claims['hasgroups'] === true;
  if (isLeftOut || claimAt(claims, ['_claim_names', outermost]) !== undefined)
    return refused(`the claim \`${path.join('.')}\` was left out because it is too long`);
  const listed = textsAt(claims, path);
  if (listed === undefined) return refused(`the claim \`${path.join('.')}\` is no list of texts`);
  const roles = listed.flatMap((role) => {
    if (names === undefined) return [`${issuer}:${role}`];
    const mapped = Object.hasOwn(names, role) ? names[role] : undefined;
    return mapped === undefined ? [] : [mapped];
  });
  if (roles.length > MAX_ROLES) return refused(`more than ${MAX_ROLES} roles are named`);
  if (roles.some((role) => role.length > MAX_ID_LENGTH)) return refused('a role is too long');
  return [...new Set(roles)];
}

function scopesOf(
  claims: JsonObject,
  { scopes }: IssuerConfiguration,
  isProgram: boolean,
): ReadonlySet<string> {
  const paths = isProgram ? [...scopes.paths, ...scopes.machinePaths] : scopes.paths;
  const found = paths.flatMap((path) => scopesAt(claims, path));
  return new Set([...found.map((scope) => `${scopes.prefix ?? ''}${scope}`), ...scopes.granted]);
}

/** `jti` finds the token in the issuer's own records. */
function credentialOf(claims: JsonObject, { name }: IssuerConfiguration): string {
  const id = claims['jti'];
  const isUsable = typeof id === 'string' && id.length <= MAX_TOKEN_ID_LENGTH && /^[\x21-\x7e]+$/.test(id);
  return isUsable ? `${name}:${id}` : name;
}

function refused(reason: string): Refusal {
  return { code: 'auth.claims', reason };
}
