/** What a mirror holds of a node's log, into the list of receipts. Begins where it ended, whoever ended it. */
import { type Clock, Fault, type JsonObject, type PublishTarget } from '@writ/core';
import { bundlePath, bundleStart, parseBundle, TILE_WIDTH } from '@writ/core/proof';
import type { Kysely } from 'kysely';
import {
  decisionTimes,
  type EntryAt,
  forgetErased,
  markMinutes,
  noteArrival,
  readEntry,
  receiptRows,
  type ReceiptRows,
  type ReceiptsOf,
} from '../receipts/index.ts';
import { type Tables, unsynced } from '../tables/index.ts';
import { heldBundle, MAX_BUNDLE_BYTES } from './held.ts';

/** How often a bundle is looked for that another server made wider meanwhile. */
const MAX_TRIES = 4;
/** Most bundles before the one that is listed, in which decisions of its outcomes are looked for. */
const MOST_BUNDLES = 4;
/** Rows of one statement: SQLite and PostgreSQL bound how many values it may have. */
const MOST_ROWS = 1_000;

/** Lists the entries of the log of `of` that are held in `target` and not listed yet. */
export async function indexHeld(
  tables: Kysely<Tables>,
  target: Pick<PublishTarget, 'read'>,
  of: ReceiptsOf,
  clock: Pick<Clock, 'now'>,
): Promise<void> {
  for (let tries = 1; ; ) {
    const row = await tables
      .selectFrom('mirror_logs')
      .select(['next', 'indexed'])
      .where('origin', '=', of.origin)
      .executeTakeFirst();
    if (row === undefined || row.indexed >= row.next) return;
    const first = bundleStart(row.indexed);
    const width = Math.min(TILE_WIDTH, row.next - first);
    const bytes = await target.read(bundlePath({ index: first / TILE_WIDTH, width }), MAX_BUNDLE_BYTES);
    if (bytes === undefined && tries < MAX_TRIES) {
      tries += 1;
      continue;
    }
    if (bytes === undefined)
      throw new Fault(
        'log.corrupt',
        `entries ${row.indexed} and later of the copy of \`${of.origin}\` are missing`,
      );
    tries = 1;
    const held = parseBundle(bytes).map(readEntry);
    const entries = held.slice(row.indexed - first);
    const rows = receiptRows(of, row.indexed, entries, await entriesBefore(tables, of.origin, first, held));
    await put(tables, of, { start: row.indexed, entries, rows, at: clock.now() });
  }
}

/** Entries by index: `held` from `first` on, and before it the bundles that entries of `held` speak of. */
async function entriesBefore(
  tables: Kysely<Tables>,
  origin: string,
  first: number,
  held: readonly JsonObject[],
): Promise<EntryAt> {
  const before = held
    .map(({ decisionOf }) => Number(decisionOf))
    .filter((index) => index >= 0 && index < first);
  const bundles = new Map<number, readonly JsonObject[]>();
  for (const start of [...new Set(before.map((index) => bundleStart(index)))].slice(-MOST_BUNDLES)) {
    const bundle = await heldBundle(tables, origin, start);
    if (bundle !== undefined) bundles.set(start, bundle.entries.map(readEntry));
  }
  return (index) =>
    index >= first ? held[index - first] : bundles.get(bundleStart(index))?.[index - bundleStart(index)];
}

interface Listed {
  readonly start: number;
  readonly entries: readonly JsonObject[];
  readonly rows: ReceiptRows;
  readonly at: number;
}

/** Rows and how far they go, at once: of two servers that do the same work one does it, and what a crash takes is listed again. */
function put(tables: Kysely<Tables>, of: ReceiptsOf, { start, entries, rows, at }: Listed): Promise<void> {
  const { organisation, origin } = of;
  const end = start + entries.length;
  return unsynced(tables, async (within) => {
    const { numUpdatedRows } = await within
      .updateTable('mirror_logs')
      .set({ indexed: end })
      .where('origin', '=', origin)
      .where('indexed', '=', start)
      .executeTakeFirst();
    if (numUpdatedRows !== 1n) return;
    await within
      .insertInto('receipts')
      .values([...rows.receipts])
      .onConflict((conflict) => conflict.columns(['origin', 'idx']).doNothing())
      .execute();
    for (let from = 0; from < rows.policies.length; from += MOST_ROWS)
      await within
        .insertInto('receipt_policies')
        .values(rows.policies.slice(from, from + MOST_ROWS))
        .onConflict((conflict) => conflict.doNothing())
        .execute();
    const forgotten = await forgetErased(within, of, entries);
    const times = await decisionTimes(within, of, rows);
    await markMinutes(within, organisation, [...times, ...forgotten], at);
    await noteArrival(within, { organisation, origin, kind: 'entries', start, until: end, at });
  });
}
