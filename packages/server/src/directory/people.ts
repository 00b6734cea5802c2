/** What holds of people whoever changes them. */
import type { Call } from '../api/index.ts';
import type { Caller } from '../callers/index.ts';
import { Problem } from '../http/index.ts';
import { isAdministrator, otherAdministrator, PEOPLE, type PersonRecord } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import { CREDENTIALS, credentialsOf } from '../sign-in/index.ts';
import type { Change, Stored } from '../state/index.ts';
import { API_TOKENS } from '../tokens/index.ts';

/** The person `id`. Throws `request.not-found`. */
export function personOf(objects: Call['objects'], id: string): Stored<PersonRecord> {
  const person = objects(PEOPLE).get(id);
  if (person === undefined) throw new Problem('request.not-found', 'there is no such person');
  return person;
}

/** Throws `request.forbidden` where a caller would `act` on themselves. */
export function requireOther(caller: Caller, person: string, act: string): void {
  if (caller.id === person)
    throw new Problem('request.forbidden', `you cannot ${act}; ask another administrator`);
}

/** What a change from `before` to `after` rests on: that an administrator is left. Throws `request.conflict` where none would be. */
export function requireAdministratorBeside(
  plane: Plane,
  { organisation }: Caller,
  person: string,
  before: PersonRecord,
  after: PersonRecord | undefined,
): NonNullable<Change['records']> {
  if (!isAdministrator(before) || (after !== undefined && isAdministrator(after))) return [];
  const other = otherAdministrator(plane, organisation, person);
  if (other === undefined)
    throw new Problem('request.conflict', 'they are the last administrator; make another one first');
  return [other];
}

/** Everything that goes with a person: tokens, passkeys, links. */
export function leavesOf(plane: Plane, organisation: string, person: string): Change['effects'] {
  const tokens = plane.objects(organisation, API_TOKENS);
  const credentials = plane.objects(organisation, CREDENTIALS);
  return [
    ...tokens
      .list()
      .filter((token) => token.person === person)
      .map(({ id, index }) => tokens.remove(id, index)),
    ...credentialsOf(plane, organisation, person).map(({ id, index }) => credentials.remove(id, index)),
  ];
}
