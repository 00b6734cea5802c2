/** Who somebody is here of whom an identity provider speaks: by issuer and subject, never by a name or an address that can be given away. */
import { createHash } from 'node:crypto';
import type { Role } from '../../authority/index.ts';
import type { IdentityClaims, IdentityProviderSettings } from '../../identity-providers/index.ts';
import { concernsOf, otherAdministrator, PEOPLE, type PersonRecord, SERVER } from '../../people/index.ts';
import type { Plane } from '../../plane.ts';
import type { Stored } from '../../state/index.ts';

/** Who it is, or why nobody. */
export type Known =
  | { readonly status: 'known'; readonly id: string; readonly person: PersonRecord }
  | { readonly status: 'refused'; readonly code: string };

type Granted = Pick<PersonRecord, 'roles' | 'teams' | 'groups'>;

/** The person of `claims`: made, if the operator lets them be made and a group gives them a role; with the groups that they have now. */
export async function personOf(
  plane: Plane,
  organisation: string,
  settings: IdentityProviderSettings,
  claims: IdentityClaims,
): Promise<Known> {
  const found = personWith(plane, organisation, settings, claims);
  if (found === undefined) return created(plane, organisation, settings, claims);
  if (found.status === 'suspended') return { status: 'refused', code: 'oidc.suspended' };
  const person = await refreshed(plane, organisation, settings, claims, found);
  return person.roles.length === 0
    ? { status: 'refused', code: 'oidc.no-role' }
    : { status: 'known', id: found.id, person };
}

function personWith(
  plane: Plane,
  organisation: string,
  { linkByVerifiedEmail }: IdentityProviderSettings,
  { issuer, subject, email, isEmailVerified }: IdentityClaims,
): Stored<PersonRecord> | undefined {
  const people = plane.objects(organisation, PEOPLE).list();
  const known = people.find(({ identity }) => identity?.issuer === issuer && identity.subject === subject);
  if (known !== undefined || !linkByVerifiedEmail || !isEmailVerified || email === undefined) return known;
  const invited = people.filter(
    (person) =>
      person.status === 'invited' &&
      person.identity === undefined &&
      person.email?.toLowerCase() === email.toLowerCase(),
  );
  return invited.length === 1 ? invited[0] : undefined;
}

async function created(
  plane: Plane,
  organisation: string,
  settings: IdentityProviderSettings,
  claims: IdentityClaims,
): Promise<Known> {
  const granted = grantedBy(settings, claims);
  if (!settings.createPeople) return { status: 'refused', code: 'oidc.unknown-person' };
  if (granted.roles.length === 0) return { status: 'refused', code: 'oidc.no-role' };
  const { issuer, subject, email } = claims;
  const id = plane.newId();
  const person: PersonRecord = {
    ...granted,
    name: nameOf(claims, id),
    ...(email === undefined ? {} : { email }),
    identity: { issuer, subject },
    status: 'active',
    created: plane.clock.now(),
  };
  await plane.changes.commit({
    action: 'people.create',
    object: id,
    organisation,
    actor: SERVER,
    concerns: concernsOf(person, id),
    details: { provider: settings.id, roles: [...person.roles], groups: [...person.groups] },
    effects: [plane.objects(organisation, PEOPLE).put(id, person, null)],
    // Once for each identity: two first sign-ins at once make one person, and whoever was removed is not made again by coming back.
    consumes: [
      `identity:${createHash('sha256')
        .update(JSON.stringify([organisation, issuer, subject]))
        .digest('hex')}`,
    ],
  });
  return { status: 'known', id, person };
}

/** The person as they are now. Where the provider's groups give roles, they give all of them; the last administrator stays one. */
async function refreshed(
  plane: Plane,
  organisation: string,
  settings: IdentityProviderSettings,
  claims: IdentityClaims,
  { id, index, ...before }: Stored<PersonRecord>,
): Promise<PersonRecord> {
  const { issuer, subject, email } = claims;
  const other = otherAdministrator(plane, organisation, id);
  const person: PersonRecord = {
    ...before,
    ...grantedAnew(settings, claims, before, other === undefined),
    name: nameOf(claims, before.name),
    ...(email === undefined ? {} : { email }),
    identity: { issuer, subject },
    status: 'active',
  };
  if (JSON.stringify(person) === JSON.stringify(before)) return before;
  await plane.changes.commit({
    action: 'people.refresh',
    object: id,
    organisation,
    actor: SERVER,
    concerns: [...new Set([...concernsOf(before, id), ...concernsOf(person, id)])],
    details: { provider: settings.id, roles: [...person.roles], groups: [...person.groups] },
    effects: [plane.objects(organisation, PEOPLE).put(id, person, index)],
    records: before.roles.includes('admin') && !person.roles.includes('admin') && other ? [other] : [],
  });
  return person;
}

function grantedAnew(
  settings: IdentityProviderSettings,
  claims: IdentityClaims,
  before: Granted,
  isLast: boolean,
): Granted {
  if (settings.groups.length === 0) return before;
  const granted = grantedBy(settings, claims);
  const mapsRoles = settings.groups.some(({ roles }) => roles.length > 0);
  const mapsTeams = settings.groups.some(({ teams }) => teams.length > 0);
  const roles = mapsRoles ? granted.roles : before.roles;
  const keepsAdmin = isLast && before.roles.includes('admin') && !roles.includes('admin');
  return {
    roles: keepsAdmin ? ['admin'] : roles,
    teams: mapsTeams ? granted.teams : before.teams,
    groups: granted.groups,
  };
}

/** What the groups of `claims` give. An auditor is nothing else, whatever other groups say. */
function grantedBy(
  { groups: mapped }: IdentityProviderSettings,
  { groups: theirs }: IdentityClaims,
): Granted {
  const of = new Set(theirs);
  const mappings = mapped.filter(({ group }) => of.has(group));
  const roles = [...new Set(mappings.flatMap((mapping): readonly Role[] => mapping.roles))];
  return {
    roles: roles.includes('auditor') ? ['auditor'] : roles,
    teams: [...new Set(mappings.flatMap(({ teams }) => teams))].slice(0, 100),
    groups: [...new Set(mappings.flatMap(({ groups }) => groups))].slice(0, 100),
  };
}

function nameOf({ name }: IdentityClaims, otherwise: string): string {
  // oxlint-disable-next-line no-control-regex -- a name is one line, whatever the provider says
  const line = (name ?? '')
    .replaceAll(/\p{Cc}+/gu, ' ')
    .trim()
    .slice(0, 120);
  return line === '' ? otherwise : line;
}
