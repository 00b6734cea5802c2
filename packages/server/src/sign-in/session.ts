/** Sessions of browsers: a random secret, kept as its hash, that ends after a time, when it is not used, and with the person. */
import { BoundedMap, type SignInMethod } from '@writ/core';
import type { Authenticator } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import { concernsOf, PEOPLE, type PersonRecord } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Actor } from '../state/index.ts';
import type { SessionRow } from '../tables/index.ts';
import { hashOf, newSecret, sessionCookie, sessionSecretOf } from './session-cookie.ts';
import { isOfItsEntry } from './session-entry.ts';

/** A session ends after this, in milliseconds, however much it is used (OWASP Session Management). */
export const ABSOLUTE_MS: number = 12 * 60 * 60 * 1000;
/** A session that emergency access began ends after this, in milliseconds, and is followed by none without another code. */
export const EMERGENCY_MS: number = 60 * 60 * 1000;
/** It ends when it was not used for this, in milliseconds. */
export const IDLE_MS: number = 60 * 60 * 1000;
/** Its last use is written at most this often, in milliseconds. */
const TOUCH_MS = 60_000;
/** Sessions of a person at once; one more ends the oldest. */
const MOST_SESSIONS = 20;
/** Sessions whose entry a server has read. */
const KNOWN_SESSIONS = 10_000;

/** Who signs in, and how they proved it. */
export interface SigningIn {
  readonly organisation: string;
  readonly id: string;
  readonly person: PersonRecord;
  readonly method: SignInMethod;
  readonly request: Request;
}

/** Begins a session with an identifier that nobody had before; whatever session the browser came with ends. Answers the text of `Set-Cookie`. */
export async function startSession(plane: Plane, signingIn: SigningIn): Promise<string> {
  const { organisation, id: person, method, request } = signingIn;
  await endSessionOf(plane, request);
  const secret = newSecret(plane.random);
  const created = plane.clock.now();
  const row = {
    id: plane.newId(),
    token_hash: hashOf(secret),
    organisation,
    person,
    method,
    created,
    expires: created + lifeOf(method),
  };
  const actor: Actor = { kind: 'person', id: person, concerns: concernsOf(signingIn.person, person) };
  const entry = await plane.changes.signIn({ action: 'sign_in', method }, actor, row);
  await plane.tables
    .insertInto('sessions')
    .values({ ...row, last_used: created, entry })
    .execute();
  await keepBounded(plane, organisation, person);
  return sessionCookie(plane.url, secret, lifeOf(method) / 1000);
}

function lifeOf(method: SignInMethod): number {
  return method === 'emergency' ? EMERGENCY_MS : ABSOLUTE_MS;
}

/** Takes the cookie. A person who was suspended or removed has no session, and one whose roles changed has those they have now. */
export function sessionAuthenticator(plane: Plane): Authenticator {
  const known = new BoundedMap<string, string>(KNOWN_SESSIONS);
  return async (request) => {
    const secret = sessionSecretOf(plane.url, request);
    if (secret === undefined) return undefined;
    const row = secret === null ? undefined : await sessionOf(plane, secret);
    const person = row === undefined ? undefined : plane.objects(row.organisation, PEOPLE).get(row.person);
    if (row === undefined || person?.status !== 'active' || !isOfItsEntry(plane, row, known))
      throw new Problem('request.unauthenticated', 'the session is over; sign in again');
    await touch(plane, row);
    return {
      kind: 'person',
      id: row.person,
      organisation: row.organisation,
      // INVARIANT: the entry of the session says how it began, so no row makes it another.
      roles: row.method === 'emergency' ? ['emergency'] : person.roles,
      teams: person.teams,
      credential: row.id,
      concerns: concernsOf(person, row.person),
      isCookie: true,
    };
  };
}

/** The session of `secret` while it lasts. */
async function sessionOf({ tables, clock }: Plane, secret: string): Promise<SessionRow | undefined> {
  const row = await tables
    .selectFrom('sessions')
    .selectAll()
    .where('token_hash', '=', hashOf(secret))
    .executeTakeFirst();
  return row !== undefined && isLasting(row, clock.now()) ? row : undefined;
}

/** Whether the session is good at `now`. */
export function isLasting(row: Pick<SessionRow, 'expires' | 'last_used'>, now: number): boolean {
  return now < row.expires && now - row.last_used < IDLE_MS;
}

async function touch({ tables, clock }: Plane, { id, last_used }: SessionRow): Promise<void> {
  const now = clock.now();
  if (now - last_used < TOUCH_MS) return;
  await tables
    .updateTable('sessions')
    .set({ last_used: now })
    .where('id', '=', id)
    .where('last_used', '<', now)
    .execute();
}

/** Ends the session that the browser of `request` holds, if there is one. */
async function endSessionOf({ tables, url }: Plane, request: Request): Promise<void> {
  const secret = sessionSecretOf(url, request);
  if (typeof secret !== 'string') return;
  await tables.deleteFrom('sessions').where('token_hash', '=', hashOf(secret)).execute();
}

async function keepBounded({ tables }: Plane, organisation: string, person: string): Promise<void> {
  const rows = await tables
    .selectFrom('sessions')
    .select('id')
    .where('organisation', '=', organisation)
    .where('person', '=', person)
    .orderBy('created', 'desc')
    .orderBy('id', 'desc')
    .offset(MOST_SESSIONS)
    .limit(MOST_SESSIONS)
    .execute();
  if (rows.length === 0) return;
  await tables
    .deleteFrom('sessions')
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute();
}

/** Ends all sessions of a person. */
export async function endSessions({ tables }: Plane, organisation: string, person: string): Promise<void> {
  await tables
    .deleteFrom('sessions')
    .where('organisation', '=', organisation)
    .where('person', '=', person)
    .execute();
}
