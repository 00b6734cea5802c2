/** Entries of nodes, out of the copies of their logs, byte for byte. */
import { bundlePath, bundleStart, MAX_ENTRY_BYTES, parseBundle, TILE_WIDTH } from '@writ/core/proof';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables/index.ts';
import { tableTarget } from './table-target.ts';

export const MAX_BUNDLE_BYTES: number = TILE_WIDTH * (MAX_ENTRY_BYTES + 2);

/** Entries of one bundle. */
export interface HeldBundle {
  /** Index of the first. */
  readonly first: number;
  readonly entries: readonly Uint8Array[];
}

/** The bundle that the entry at `index` of the log `origin` stands in; `undefined` where that entry is not held. */
export async function heldBundle(
  tables: Kysely<Tables>,
  origin: string,
  index: number,
): Promise<HeldBundle | undefined> {
  const row = await tables
    .selectFrom('mirror_logs')
    .select('next')
    .where('origin', '=', origin)
    .executeTakeFirst();
  const first = bundleStart(index);
  const width = Math.min(TILE_WIDTH, (row?.next ?? 0) - first);
  if (width <= index - first) return undefined;
  const path = bundlePath({ index: first / TILE_WIDTH, width });
  const bytes = await tableTarget(tables, origin).read(path, MAX_BUNDLE_BYTES);
  return bytes === undefined ? undefined : { first, entries: parseBundle(bytes) };
}

/** The bytes of the entry at `index` of the log `origin`; `undefined` where it is not held. */
export async function heldEntry(
  tables: Kysely<Tables>,
  origin: string,
  index: number,
): Promise<Uint8Array | undefined> {
  const bundle = await heldBundle(tables, origin, index);
  return bundle?.entries[index - bundle.first];
}
