/** What a batch erases: looked up under the lock before it is placed, and stored in its transaction. A batch that erases nothing says nothing of it to the server. */
import { Fault } from '../../../kernel/index.ts';
import type { EraseEffect, StateEffect } from '../../../model/index.ts';
import type { StoredBody } from '../../seal/index.ts';
import type { PlacedBatch, SealedEntry } from '../batch.ts';
import type { SqlConnection, SqlValue } from '../sql-database.ts';
import type { PresentBodies } from '../state/index.ts';
import { pack, type Statements } from '../stored/index.ts';

/** Bytes of a tag in the index of people. */
const TAG_BYTES = 32;

/**
 * Which of the bodies that `entries` would erase are there, with their wrapped keys; `undefined` where they erase nothing. INVARIANT: their rows are locked until the transaction ends, so that they stay
 * what they are.
 */
export async function presentBodies(
  connection: SqlConnection,
  statements: Statements,
  entries: readonly SealedEntry[],
): Promise<PresentBodies | undefined> {
  const erasures = entries.flatMap(({ entry: { effects } }) => effects.filter(isErasure));
  if (erasures.length === 0) return undefined;
  const indexes = new Set(erasures.flatMap(({ bodies }) => bodies.map(({ index }) => index)));
  const asked = [...indexes].filter((index) => Number.isSafeInteger(index) && index >= 0);
  const { rows } = await connection.query(statements.presentBodies, [asked]);
  return new Map(rows.map((row) => [Number(row['seq']), row['wrapped'] as Uint8Array]));
}

function isErasure(effect: StateEffect): effect is EraseEffect {
  return effect.type === 'erase';
}

/** Destroys and replaces what a batch with an erasure says. Throws `log.corrupt` where the server changed other rows than it was told to. */
export async function storeErasure(
  connection: SqlConnection,
  statements: Statements,
  { erased, from }: Pick<PlacedBatch, 'erased' | 'from'>,
): Promise<void> {
  const { rows } = await connection.query(statements.eraseBodies, valuesOf(erased, from));
  const changed = Number(rows[0]?.['changed']);
  if (changed !== erased.bodies.size)
    throw new Fault('log.corrupt', `${erased.bodies.size} bodies were to be erased, and ${changed} were`, {
      table: 'bodies',
    });
}

/** In the order of `Statements.eraseBodies`. */
function valuesOf({ bodies, dropped }: PlacedBatch['erased'], from: number): readonly SqlValue[] {
  const destroyed: number[] = [];
  const replaced: (StoredBody & { readonly index: number })[] = [];
  for (const [index, body] of bodies)
    if (body === undefined) destroyed.push(index);
    else replaced.push({ ...body, index });
  const wrapped = pack(replaced.map((body) => body.wrapped));
  const ciphertexts = pack(replaced.map((body) => body.ciphertext));
  const tags = dropped.filter(({ tag }) => tag.length === TAG_BYTES);
  return [
    destroyed,
    replaced.map(({ index }) => index),
    replaced.map(({ keyId }) => keyId),
    Buffer.concat([wrapped.bytes, ciphertexts.bytes]),
    wrapped.starts,
    wrapped.lengths,
    ciphertexts.starts.map((start) => start + wrapped.bytes.length),
    ciphertexts.lengths,
    Buffer.concat(tags.map(({ tag }) => tag)),
    tags.map(({ index }) => index),
    from,
  ];
}
