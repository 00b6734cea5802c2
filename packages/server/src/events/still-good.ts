/** Whether who listens may still listen. */
import type { Access } from '../authority/index.ts';
import type { Caller } from '../callers/index.ts';
import { PEOPLE } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { API_TOKENS } from '../tokens/index.ts';

/** Whether the credential would be taken now: a stream outlives nobody who was suspended, or may no longer read. */
export async function stillGood(plane: Plane, caller: Caller, access: Access): Promise<boolean> {
  const person = plane.objects(caller.organisation, PEOPLE).get(caller.id);
  if (person?.status !== 'active') return false;
  const roles = caller.roles.filter((role) => role === 'emergency' || person.roles.includes(role));
  const about = { organisation: caller.organisation, id: caller.organisation };
  if (!plane.authority.may({ ...caller, roles }, access, about).isAllowed) return false;
  if (caller.kind === 'token') {
    const token = plane.objects(caller.organisation, API_TOKENS).get(caller.credential);
    return token !== undefined && plane.clock.now() < token.expires;
  }
  const session = await plane.tables
    .selectFrom('sessions')
    .select('expires')
    .where('id', '=', caller.credential)
    .executeTakeFirst();
  return session !== undefined && plane.clock.now() < session.expires;
}
