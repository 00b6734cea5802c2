/** Bytes by their hash, in the tables beside the log. What names them is in the log, so whoever edits them is found at the next reading. */
import { createHash } from 'node:crypto';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';

/** SHA-256 in hexadecimal. */
export function hashOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex');
}

/** Keeps `bytes` for `organisation`, once however often; answers their hash. Before the change that names them: one that fails leaves bytes that nobody names. */
export async function putBlob(
  { tables, clock }: Plane,
  organisation: string,
  bytes: Uint8Array,
): Promise<string> {
  const hash = hashOf(bytes);
  await tables
    .insertInto('blobs')
    .values({ hash, organisation, bytes: Buffer.from(bytes), created: clock.now() })
    .onConflict((conflict) => conflict.columns(['organisation', 'hash']).doNothing())
    .execute();
  return hash;
}

/** The bytes of `hash`. Throws `server.unavailable` where they are gone or others stand in their place: what is not what was named is not given out. */
export async function getBlob({ tables }: Plane, organisation: string, hash: string): Promise<Uint8Array> {
  const row = await tables
    .selectFrom('blobs')
    .select('bytes')
    .where('organisation', '=', organisation)
    .where('hash', '=', hash)
    .executeTakeFirst();
  if (row === undefined || hashOf(row.bytes) !== hash)
    throw new Problem('server.unavailable', 'what is kept under this hash is missing or was changed');
  return row.bytes;
}
