/** A session is what the record says began: whoever writes a row into the database has not signed in. */
import { type BoundedMap, canonicalJson, isFault, isJsonObject, type JsonObject } from '@writ/core';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import type { SessionRow } from '../tables/index.ts';

/** Whether the entry that `row` names is its sign-in. Opened once; `known` keeps what was read, for as long as it is sealed as it was. Throws `server.unavailable` while this server has not heard of the entry. */
export function isOfItsEntry(plane: Plane, row: SessionRow, known: BoundedMap<string, string>): boolean {
  const { id, token_hash, organisation, person, method, created, expires, entry } = row;
  const said = canonicalJson({ id, token_hash, organisation, person, method, created, expires });
  // INVARIANT: an erasure takes this away, or makes it another.
  const sealed = `${plane.log.reader.wrapping(entry)} ${said}`;
  if (known.get(id) === sealed) return true;
  const session = sessionAt(plane, entry);
  if (session === undefined || canonicalJson(session) !== said) return false;
  known.set(id, sealed);
  return true;
}

function sessionAt({ log }: Plane, index: number): JsonObject | undefined {
  try {
    const { entry } = log.reader.entry(index);
    if (entry.kind !== 'sign_in' || entry.signIn.action !== 'sign_in') return undefined;
    const fields = log.reader.body(index)['fields'];
    const session = fields !== undefined && isJsonObject(fields) ? fields['session'] : undefined;
    return session !== undefined && isJsonObject(session) ? session : undefined;
  } catch (fault) {
    if (isFault(fault, 'log.missing'))
      throw new Problem('server.unavailable', 'this server has not heard of the sign-in yet; try again');
    if (isFault(fault, 'log.body-erased') || isFault(fault, 'key.missing')) return undefined;
    throw fault;
  }
}
