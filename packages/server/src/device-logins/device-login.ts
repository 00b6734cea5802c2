/** A command that asks to act for somebody: a row while nobody answered, and an object of the log once somebody agreed. */
import { sql } from 'kysely';
import { z } from 'zod';
import { type Role, ROLES } from '../authority/index.ts';
import type { Plane } from '../plane.ts';
import { attempt } from '../throttle/index.ts';
import type { DeviceLoginRow } from '../tables/index.ts';
import { hashOf, newSecret } from '../sign-in/index.ts';
import { newUserCode, userCodeHash } from './codes.ts';

/** A device login ends after this, in milliseconds. */
export const LIFE_MS: number = 10 * 60 * 1000;
/** Time between two questions of a command, in seconds, and what a hasty one gets on top each time (RFC 8628 §3.5). */
export const INTERVAL_SECONDS = 5;
const STEP_MS = INTERVAL_SECONDS * 1000;
const LONGEST_INTERVAL_MS = 60_000;
/** Device logins that begin in a minute, on all servers together: they are few, and nobody knows whose. */
const MOST_BEGUN = { name: 'device:begin', most: 120, windowMs: 60_000 };
/** Attempts to find an unused code. */
const TRIES = 3;

/** What asks. */
export interface Asking {
  /** Name of the machine, as the command says it. */
  readonly host: string;
  /** Where the request came from, as this server sees it. */
  readonly address: string | undefined;
  /** Empty: all that the person has. */
  readonly roles: readonly Role[];
  readonly days: number;
}
export const ASKING_ROLES: z.ZodType<readonly Role[]> = z.array(z.enum(ROLES)).max(ROLES.length);

/** Both codes; neither is kept. */
export interface BegunLogin {
  readonly deviceCode: string;
  readonly userCode: string;
}

/** Begins one; `undefined` where too many begin. */
export async function beginLogin(plane: Plane, asking: Asking): Promise<BegunLogin | undefined> {
  if (!(await attempt(plane, [MOST_BEGUN]))) return undefined;
  const { tables, random, clock } = plane;
  const created = clock.now();
  const deviceCode = newSecret(random);
  for (let tries = 0; tries < TRIES; tries += 1) {
    const userCode = newUserCode(random);
    const made = await tables
      .insertInto('device_logins')
      .values({
        id: plane.newId(),
        device_hash: hashOf(deviceCode),
        user_hash: userCodeHash(userCode) ?? '',
        host: asking.host,
        address: asking.address ?? null,
        roles: JSON.stringify(asking.roles),
        days: asking.days,
        status: 'asked',
        organisation: null,
        person: null,
        created,
        expires: created + LIFE_MS,
        interval_ms: INTERVAL_SECONDS * 1000,
        asked_at: 0,
      })
      .onConflict((conflict) => conflict.column('user_hash').doNothing())
      .returning('id')
      .executeTakeFirst();
    if (made !== undefined) return { deviceCode, userCode };
  }
  return undefined;
}

/** A device login that is under way. */
export type PendingLogin = DeviceLoginRow;

/** The one whose user code was typed, while it lasts. */
export async function loginOfUserCode(
  { tables, clock }: Plane,
  typed: string,
): Promise<PendingLogin | undefined> {
  const hash = userCodeHash(typed);
  if (hash === undefined) return undefined;
  const row = await tables
    .selectFrom('device_logins')
    .selectAll()
    .where('user_hash', '=', hash)
    .executeTakeFirst();
  return row !== undefined && clock.now() < row.expires ? row : undefined;
}

/** What a command that asks again hears before anything else. */
export type Polled =
  | { readonly status: 'due'; readonly login: PendingLogin }
  | { readonly status: 'hasty' }
  | { readonly status: 'unknown' };

/** Takes the turn of a command to ask: of two at once, one is too hasty. */
export async function poll({ tables, clock }: Plane, deviceCode: string): Promise<Polled> {
  const now = clock.now();
  const hash = hashOf(deviceCode);
  const login = await tables
    .updateTable('device_logins')
    .set({ asked_at: now })
    .where('device_hash', '=', hash)
    .where('expires', '>', now)
    .where(sql<boolean>`asked_at + interval_ms <= ${now}`)
    .returningAll()
    .executeTakeFirst();
  if (login !== undefined) return { status: 'due', login };
  const hasty = await tables
    .updateTable('device_logins')
    .set({
      asked_at: now,
      interval_ms: sql<number>`case when interval_ms < ${LONGEST_INTERVAL_MS} then interval_ms + ${STEP_MS} else interval_ms end`,
    })
    .where('device_hash', '=', hash)
    .where('expires', '>', now)
    .returning('id')
    .executeTakeFirst();
  return { status: hasty === undefined ? 'unknown' : 'hasty' };
}

/**
 * Says whose it is and what they answered; only the first answer is taken, whichever server it comes to. The same person may say the same again, where what follows it failed.
 */
export async function answerLogin(
  { tables, clock }: Plane,
  id: string,
  answer: { readonly status: 'approved' | 'denied'; readonly organisation: string; readonly person: string },
): Promise<boolean> {
  const taken = await tables
    .updateTable('device_logins')
    .set(answer)
    .where('id', '=', id)
    .where('expires', '>', clock.now())
    .where((build) =>
      build.or([
        build('status', '=', 'asked'),
        build.and([
          build('status', '=', answer.status),
          build('organisation', '=', answer.organisation),
          build('person', '=', answer.person),
        ]),
      ]),
    )
    .returning('id')
    .executeTakeFirst();
  return taken !== undefined;
}

/** Ends it: its codes are good no more. */
export async function endLogin({ tables }: Plane, id: string): Promise<void> {
  await tables.deleteFrom('device_logins').where('id', '=', id).execute();
}
