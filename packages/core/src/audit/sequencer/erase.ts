/** Records and erasure inside a transaction: legal holds are asked in the one that destroys. */
import { fromBase64, fromHex, toBase64 } from '../../kernel/index.ts';
import {
  type AppendRefusal,
  type EraseEffect,
  keeps,
  type KeptBody,
  MAX_RECORD_KEY,
  RECORD_COLLECTIONS,
  type RecordEffect,
} from '../../model/index.ts';
import type { PeopleTables, StateTables } from '../store/index.ts';

/** Plain characters: a key is an id, a code or a tag. */
const RECORD_KEY = /^[A-Za-z0-9][A-Za-z0-9._:/@+-]*$/;

/** Why a record may not be put or removed. */
export function refusalOfRecord(people: PeopleTables, effect: RecordEffect): AppendRefusal | undefined {
  const { collection, key, expects } = effect;
  if (!RECORD_COLLECTIONS.includes(collection) || key.length > MAX_RECORD_KEY || !RECORD_KEY.test(key))
    return 'unknown_target';
  const present = people.record(collection, key)?.index ?? null;
  if (expects !== undefined && expects !== present) return 'conflict';
  return effect.type === 'delete_record' && present === null ? 'unknown_target' : undefined;
}

/** Why bodies may not be erased. INVARIANT: asked in the transaction that destroys them, so that a hold placed before it is never missed. */
export function refusalOfErasure(
  tables: StateTables,
  { bodies, requesters = [], answers = [], kills = [], tags = [] }: EraseEffect,
  timeFloor: number,
): AppendRefusal | undefined {
  const { people } = tables;
  const holds = people.records('legal_holds').map(({ value }) => value);
  // A hold whose record says nothing that is understood keeps everything.
  const isKept = (body: KeptBody): boolean => holds.some((hold) => keeps(hold, body));
  for (const body of bodies) {
    const wrapped = people.wrapping(body.index);
    if (wrapped === undefined) return 'unknown_target';
    if (isKept(body)) return 'legal_hold';
    // What is left of a body was made of another one than this: what was erased from this since would stand in it.
    if (body.resealed !== undefined && body.resealed.instead !== toBase64(wrapped)) return 'conflict';
  }
  for (const { scope, id } of kills) if (!tables.hasKill(scope, id)) return 'unknown_target';
  for (const { hold } of [...requesters, ...answers]) {
    const present = tables.hold(hold);
    if (present === undefined) return 'unknown_hold';
    if (isKept({ index: hold, time: present.created, tags })) return 'legal_hold';
    // Whoever asked must not count toward its quorum, and whoever answered must be found while it counts.
    if (present.status === 'waiting' && present.expires >= timeFloor) return 'not_open';
  }
  return undefined;
}

/** Destroys, or puts what is left in place. INVARIANT: {@link refusalOfErasure} answered nothing in the same transaction. */
export function erase(
  tables: StateTables,
  { bodies, requesters = [], answers = [], kills = [] }: EraseEffect,
): void {
  const { people } = tables;
  for (const { index, dropped, resealed } of bodies) {
    if (resealed === undefined) people.destroyBody(index);
    else {
      const { keyId, wrapped, ciphertext } = resealed;
      people.replaceBody(index, { keyId, wrapped: fromBase64(wrapped), ciphertext: fromBase64(ciphertext) });
    }
    for (const tag of dropped) people.dropConcern(fromHex(tag), index);
  }
  for (const { hold, remaining } of requesters) people.putRequesters(hold, remaining);
  for (const { hold, keyId } of answers) people.forgetAnswer(hold, keyId);
  for (const { scope, id, reason } of kills) tables.putKill(scope, id, reason);
}
