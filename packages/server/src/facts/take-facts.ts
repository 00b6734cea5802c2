/** Takes what a node disclosed of its entries, in their order, each once. */
import type { Kysely } from 'kysely';
import type { Plane } from '../plane.ts';
import {
  type FactLog,
  factLogOf,
  markMinutes,
  noteArrival,
  originHash,
  type Range,
  receiptId,
  type ReceiptsOf,
  stepFactLog,
} from '../receipts/index.ts';
import type { FactsRow, Tables, ToolPinRow } from '../tables/index.ts';
import type { CheckedFacts } from './checked.ts';
import { derivedFacts, wordOf } from './derive.ts';

/** Rows of one statement. */
const MOST_ROWS = 256;

/** Facts of a log: all that its node discloses of the indexes from `from` up to `upTo`. */
export interface FactsBatch {
  readonly from: number;
  readonly upTo: number;
  readonly facts: readonly CheckedFacts[];
}

/** How far the facts of a log came, and how far they may: `held` entries of it are listed here. */
export interface FactsPlace {
  readonly next: number;
  readonly held: number;
}

/** Where the facts of `origin` go on. */
export async function factsPlace({ tables }: Pick<Plane, 'tables'>, origin: string): Promise<FactsPlace> {
  const row = await tables
    .selectFrom('mirror_logs')
    .leftJoin('fact_logs', 'fact_logs.origin', 'mirror_logs.origin')
    .select(['mirror_logs.indexed', 'fact_logs.next'])
    .where('mirror_logs.origin', '=', origin)
    .executeTakeFirst();
  return { next: row?.next ?? 0, held: row?.indexed ?? 0 };
}

/** Takes `batch` where it begins at the place that was reached; `false` where another was taken meanwhile. */
export function takeFacts(
  { tables, clock }: Pick<Plane, 'tables' | 'clock'>,
  of: ReceiptsOf,
  batch: FactsBatch,
): Promise<boolean> {
  const at = clock.now();
  return tables.transaction().execute(async (within) => {
    const log = await factLogOf(within, of.origin);
    if (log.next !== batch.from) return false;
    const erased = log.erased.filter(({ to }) => to > batch.upTo);
    // INVARIANT: from here on no erasure of this log is listed until this is committed, so each is seen here or takes away what is put here.
    if (!(await stepFactLog(within, of.origin, log, { next: batch.upTo, erased }))) return false;
    const left = batch.facts.filter(({ index }) => !isErased(log, index));
    await putFacts(within, of, left, at);
    await putPins(within, of, left);
    const { organisation, origin } = of;
    const times = left.filter(({ entry }) => entry.kind === 'decision').map(({ entry }) => entry.time);
    await markMinutes(within, organisation, times, at);
    const [first, last] = [left[0], left.at(-1)];
    if (first !== undefined && last !== undefined)
      await noteArrival(within, {
        organisation,
        origin,
        kind: 'facts',
        start: first.index,
        until: last.index + 1,
        at,
      });
    return true;
  });
}

function isErased({ erased }: FactLog, index: number): boolean {
  return erased.some(({ from, to }: Range) => index >= from && index < to);
}

async function putFacts(
  within: Kysely<Tables>,
  { organisation, origin }: ReceiptsOf,
  facts: readonly CheckedFacts[],
  at: number,
): Promise<void> {
  const hash = originHash(origin);
  const rows = facts
    .filter(({ fields }) => Object.keys(fields).length > 0)
    .map(
      ({ index, entry, fields, salts }): FactsRow => ({
        organisation,
        origin,
        idx: index,
        receipt: receiptId(entry.time, hash, index),
        ...derivedFacts(fields),
        verdict: entry.kind === 'decision' ? entry.decision.verdict : null,
        fields: JSON.stringify(fields),
        salts: JSON.stringify(salts),
        at,
      }),
    );
  for (let from = 0; from < rows.length; from += MOST_ROWS)
    await within
      .insertInto('facts')
      .values(rows.slice(from, from + MOST_ROWS))
      .onConflict((conflict) => conflict.columns(['organisation', 'origin', 'idx']).doNothing())
      .execute();
}

async function putPins(
  within: Kysely<Tables>,
  { organisation, origin, node }: ReceiptsOf,
  facts: readonly CheckedFacts[],
): Promise<void> {
  const hash = originHash(origin);
  const rows = facts.flatMap(({ index, entry, fields, definition }): ToolPinRow[] => {
    const tool = wordOf(fields['tool']);
    if (entry.kind !== 'pin' || tool === null) return [];
    const { status, cause, definitionHash, previousHash = null, findings = [] } = entry.pin;
    return [
      {
        organisation,
        origin,
        idx: index,
        receipt: receiptId(entry.time, hash, index),
        node,
        tool,
        status,
        cause,
        definition_hash: definitionHash,
        previous_hash: previousHash,
        findings: JSON.stringify(findings),
        definition: definition === undefined ? null : JSON.stringify(definition),
        time: entry.time,
      },
    ];
  });
  if (rows.length > 0)
    await within
      .insertInto('tool_pins')
      .values(rows)
      .onConflict((conflict) => conflict.columns(['organisation', 'origin', 'idx']).doNothing())
      .execute();
}
