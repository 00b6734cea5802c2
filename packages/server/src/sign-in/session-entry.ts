/** A session is what the record says began: whoever writes a row into the database has not signed in. */
import { type BoundedMap, canonicalJson, isFault, isJsonObject, type JsonObject } from '@writ/core';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';
import type { SessionRow } from '../tables/index.ts';

/** Whether the entry that `row` names is its sign-in. Read once; `known` keeps what was read. Throws `server.unavailable` while this server has not heard of the entry. */
export function isOfItsEntry(plane: Plane, row: SessionRow, known: BoundedMap<string, string>): boolean {
  const { id, token_hash, organisation, person, method, created, expires, entry } = row;
  const said = canonicalJson({ id, token_hash, organisation, person, method, created, expires });
  if (known.get(`${id} ${entry}`) === said) return true;
  const session = sessionAt(plane, entry);
  if (session === undefined || canonicalJson(session) !== said) return false;
  known.set(`${id} ${entry}`, said);
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
