/** What lasts beyond a session is made by whoever signed in just now: a stolen cookie is not made to last. */
import type { Caller } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';

/** How long a sign-in counts as now, in milliseconds. */
const RECENT_MS = 15 * 60 * 1000;

/** Throws `request.forbidden` unless `caller` is in a session that began just now; `what`: what is made then, for a person. */
export async function requireRecent({ tables, clock }: Plane, caller: Caller, what: string): Promise<void> {
  const session =
    caller.kind === 'person'
      ? await tables
          .selectFrom('sessions')
          .select('created')
          .where('id', '=', caller.credential)
          .executeTakeFirst()
      : undefined;
  if (session === undefined || clock.now() - session.created >= RECENT_MS)
    throw new Problem('request.forbidden', `${what} in the first 15 minutes after signing in; sign in again`);
}
