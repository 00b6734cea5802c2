/** How far the copies of nodes' logs are. */
import type { ProducerPlace } from '@writ/core';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables/index.ts';
import { producersOf } from './table-store.ts';

/** How far the copy of a log is. */
export interface Ingested {
  /** Entries held. */
  readonly next: number;
  /** Last place among them of each producer that was asked for, by boot. */
  readonly producers: ReadonlyMap<string, ProducerPlace>;
  /** Pieces of evidence against the log: gaps, forks, proofs that failed. */
  readonly evidence: number;
}

/** How far the copy of the log `origin` is; nothing held of one that sent nothing yet. */
export async function ingestedOf(
  tables: Kysely<Tables>,
  origin: string,
  boots: readonly string[],
): Promise<Ingested> {
  const row = await tables
    .selectFrom('mirror_logs')
    .select('next')
    .where('origin', '=', origin)
    .executeTakeFirst();
  const { count } = await tables
    .selectFrom('mirror_evidence')
    .select(({ fn }) => fn.countAll<number>().as('count'))
    .where('origin', '=', origin)
    .executeTakeFirstOrThrow();
  return {
    next: row?.next ?? 0,
    producers: await producersOf(tables, origin, boots),
    evidence: Number(count),
  };
}
