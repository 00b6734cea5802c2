/** What a browser began and must end itself, soon and once: challenges of passkeys, and ways to an identity provider. */
import { z } from 'zod';
import { ownSiteOf, readCookie, setCookie } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import { hashOf, newSecret } from './session-cookie.ts';

const NAME = 'writ-sign-in';
/** A ceremony ends after this, in milliseconds. */
const LIFE_MS = 10 * 60 * 1000;
/** Ceremonies at once; one more ends the oldest, so that whoever begins many keeps nobody from signing in who is quick. */
const MOST_CEREMONIES = 10_000;

/** What was begun with. */
export type CeremonyData = Readonly<Record<string, string>>;
const DATA: z.ZodType<CeremonyData> = z.record(z.string(), z.string());

/** What was begun. */
export type CeremonyKind = 'link' | 'oidc' | 'passkey' | 'registration';

/** Begins one; answers the text of `Set-Cookie` that binds it to the browser. `Lax`, because the way back from an identity provider begins at another site. */
export async function beginCeremony(plane: Plane, kind: CeremonyKind, data: CeremonyData): Promise<string> {
  const { tables, clock, random, url } = plane;
  const secret = newSecret(random);
  const now = clock.now();
  await tables.deleteFrom('ceremonies').where('expires', '<=', now).execute();
  await tables
    .insertInto('ceremonies')
    .values({ id: hashOf(secret), kind, data: JSON.stringify(data), expires: now + LIFE_MS })
    .execute();
  await keepBounded(plane);
  return setCookie(NAME, secret, ownSiteOf(url), { sameSite: 'Lax', maxAge: LIFE_MS / 1000 });
}

/** Takes the ceremony of this browser: whoever takes it has used it up. `undefined` where there is none of that kind. */
export async function takeCeremony(
  { tables, clock, url }: Plane,
  kind: CeremonyKind,
  request: Request,
): Promise<CeremonyData | undefined> {
  const secret = readCookie(request, NAME, ownSiteOf(url));
  if (typeof secret !== 'string') return undefined;
  const row = await tables
    .deleteFrom('ceremonies')
    .where('id', '=', hashOf(secret))
    .where('kind', '=', kind)
    .returning(['data', 'expires'])
    .executeTakeFirst();
  if (row === undefined || clock.now() >= row.expires) return undefined;
  return DATA.parse(JSON.parse(row.data));
}

async function keepBounded({ tables }: Plane): Promise<void> {
  const beyond = await tables
    .selectFrom('ceremonies')
    .select('expires')
    .orderBy('expires', 'desc')
    .offset(MOST_CEREMONIES)
    .limit(1)
    .executeTakeFirst();
  if (beyond === undefined) return;
  await tables.deleteFrom('ceremonies').where('expires', '<=', beyond.expires).execute();
}
