/** Links that are good once: of the first administrator, of people who were invited, and of whoever lost their passkeys. */
import { timingSafeEqual } from 'node:crypto';
import { Fault } from '@writ/core';
import { ownSiteOf } from '../../http/index.ts';
import { concernsOf, organisationsOf, PEOPLE, type PersonRecord, SERVER } from '../../people/index.ts';
import type { Plane } from '../../plane.ts';
import type { Change, Stored } from '../../state/index.ts';
import { CREDENTIALS, type SignInLink } from '../passkeys/index.ts';
import { hashOf, newSecret } from '../session-cookie.ts';

const HOUR_MS = 60 * 60 * 1000;
/** Lives of links, in milliseconds. */
const LIFE_MS: Readonly<Record<SignInLink['purpose'], number>> = {
  first: HOUR_MS,
  invitation: 72 * HOUR_MS,
  recovery: HOUR_MS,
};
const FORM = /^([0-7][0-9A-HJKMNP-TV-Z]{25})\.([0-7][0-9A-HJKMNP-TV-Z]{25})\.([A-Za-z0-9_-]{43})$/;

/** A link as it is shown, once. */
export interface ShownLink {
  /** Its secret stands after `#`, which browsers send to nobody. */
  readonly url: string;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/**
 * The link with which the first administrator of `organisation` signs in, in place of any that was made before; `undefined` where somebody has signed in. Throws `config.invalid`
 * where there are several organisations and none is named.
 */
export async function createFirstLink(plane: Plane, organisation?: string): Promise<ShownLink | undefined> {
  const all = organisationsOf(plane);
  const one = organisation ?? (all.length === 1 ? all[0] : undefined);
  if (one === undefined)
    throw new Fault('config.invalid', `there are ${all.length} organisations; name one of them`);
  const people = plane.objects(one, PEOPLE).list();
  const person = people.find(({ roles }) => roles.includes('admin'));
  if (person === undefined || people.some(({ status }) => status !== 'invited')) return undefined;
  return createLink(plane, {
    organisation: one,
    person,
    purpose: 'first',
    commit: byServer(plane, one),
  });
}

/** A link for somebody who lost their passkeys; only whoever runs the server makes it, and the record says so. Throws `config.invalid` for nobody who may sign in. */
export async function createRecoveryLink(
  plane: Plane,
  organisation: string,
  person: string,
): Promise<ShownLink> {
  const found = plane.objects(organisation, PEOPLE).get(person);
  if (found?.status !== 'active')
    throw new Fault('config.invalid', `\`${person}\` is nobody who signs in there`);
  return createLink(plane, {
    organisation,
    person: found,
    purpose: 'recovery',
    commit: byServer(plane, organisation),
  });
}

/** Commits a change of whoever makes the link. */
type Commit = (change: Omit<Change, 'organisation' | 'actor'>) => Promise<number>;

/** What a link is made of. */
export interface LinkOptions {
  readonly organisation: string;
  readonly person: Stored<PersonRecord>;
  readonly purpose: SignInLink['purpose'];
  readonly commit: Commit;
}

/** Makes a link in the place of the one that the person had. Throws `request.changed` where another was made at the same moment. */
export async function createLink(plane: Plane, options: LinkOptions): Promise<ShownLink> {
  const { organisation, person, purpose, commit } = options;
  const credentials = plane.objects(organisation, CREDENTIALS);
  // INVARIANT: a person has one link, whoever makes it on whichever server: it stands in one place.
  const { id } = person;
  const before = credentials.get(id);
  const secret = newSecret(plane.random);
  const created = plane.clock.now();
  const expires = created + LIFE_MS[purpose];
  const link: SignInLink = {
    type: 'link',
    purpose,
    person: person.id,
    hash: hashOf(secret),
    created,
    expires,
  };
  await commit({
    action: 'links.create',
    object: person.id,
    concerns: concernsOf(person, person.id),
    details: { purpose, expires },
    effects: [credentials.put(id, link, before?.index ?? null)],
  });
  return { url: `${ownSiteOf(plane.url).origin}/sign-in#link=${organisation}.${id}.${secret}`, expires };
}

function byServer({ changes }: Plane, organisation: string): Commit {
  return (change) => changes.commit({ ...change, organisation, actor: SERVER });
}

/** A link that is good now, and whose it is. */
export interface GoodLink {
  readonly organisation: string;
  readonly link: Stored<SignInLink>;
  readonly person: Stored<PersonRecord>;
}

/** The link of `text`; `undefined` where it is unknown, used, expired, or no longer what its person needs. */
export function goodLink(plane: Plane, text: string): GoodLink | undefined {
  const [, organisation = '', id = '', secret = ''] = FORM.exec(text) ?? [];
  const link = plane.objects(organisation, CREDENTIALS).get(id);
  if (link?.type !== 'link') return undefined;
  const isKnown = timingSafeEqual(Buffer.from(hashOf(secret)), Buffer.from(link.hash));
  return isKnown ? goodLinkOf(plane, organisation, link) : undefined;
}

/** The link of `person` whose secret was shown before, which is that of `hash`. */
export function linkOfPerson(
  plane: Plane,
  organisation: string,
  person: string,
  hash: string,
): GoodLink | undefined {
  const link = plane.objects(organisation, CREDENTIALS).get(person);
  return link?.type === 'link' && link.hash === hash ? goodLinkOf(plane, organisation, link) : undefined;
}

function goodLinkOf(plane: Plane, organisation: string, link: Stored<SignInLink>): GoodLink | undefined {
  const people = plane.objects(organisation, PEOPLE);
  const person = people.get(link.person);
  if (person === undefined || plane.clock.now() >= link.expires) return undefined;
  // INVARIANT: no link signs in somebody who can already, but the operator's own: an administrator would be anybody otherwise.
  if (person.status !== (link.purpose === 'recovery' ? 'active' : 'invited')) return undefined;
  if (link.purpose === 'first' && people.list().some(({ status }) => status !== 'invited')) return undefined;
  return { organisation, link, person };
}
