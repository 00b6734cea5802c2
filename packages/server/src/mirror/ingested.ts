/** How far the copies of nodes' logs are. */
import type { ProducerPlace } from '@writ/core';
import type { Kysely } from 'kysely';
import type { Tables } from '../tables/index.ts';

/** Logs asked for at once: a question stays short, and a fleet of thousands is a few dozen of them. */
const MOST_AT_ONCE = 200;

/** A log, and the boots whose last places are asked for. */
export interface AskedLog {
  readonly origin: string;
  readonly boots: readonly string[];
}

/** How far the copy of a log is. */
export interface Ingested {
  /** Entries held. */
  readonly next: number;
  /** Last place among them of each producer that was asked for, by boot. */
  readonly producers: ReadonlyMap<string, ProducerPlace>;
  /** Pieces of evidence against the log: gaps, forks, proofs that failed. */
  readonly evidence: number;
}

/** How far the copies of `logs` are, by origin; nothing is held of one that sent nothing yet. */
export async function ingestedOf(
  tables: Kysely<Tables>,
  logs: readonly AskedLog[],
): Promise<ReadonlyMap<string, Ingested>> {
  const all = new Map<string, Ingested>();
  for (let from = 0; from < logs.length; from += MOST_AT_ONCE)
    for (const [origin, one] of await ingestedOfSome(tables, logs.slice(from, from + MOST_AT_ONCE)))
      all.set(origin, one);
  return all;
}

async function ingestedOfSome(
  tables: Kysely<Tables>,
  logs: readonly AskedLog[],
): Promise<ReadonlyMap<string, Ingested>> {
  const origins = logs.map(({ origin }) => origin);
  const heads = await tables
    .selectFrom('mirror_logs')
    .select(['origin', 'next'])
    .where('origin', 'in', origins)
    .execute();
  const evidence = await tables
    .selectFrom('mirror_evidence')
    .select(({ fn }) => ['origin', fn.countAll<number>().as('count')])
    .where('origin', 'in', origins)
    .groupBy('origin')
    .execute();
  const nexts = new Map(heads.map(({ origin, next }) => [origin, next]));
  const counts = new Map(evidence.map(({ origin, count }) => [origin, Number(count)]));
  const places = await placesOf(tables, logs);
  return new Map(
    logs.map(({ origin, boots }) => [
      origin,
      {
        next: nexts.get(origin) ?? 0,
        evidence: counts.get(origin) ?? 0,
        producers: new Map([...(places.get(origin) ?? [])].filter(([boot]) => boots.includes(boot))),
      },
    ]),
  );
}

/** Last places of producers, by origin and boot. */
async function placesOf(
  tables: Kysely<Tables>,
  logs: readonly AskedLog[],
): Promise<ReadonlyMap<string, ReadonlyMap<string, ProducerPlace>>> {
  const asked = logs.filter(({ boots }) => boots.length > 0);
  const places = new Map<string, Map<string, ProducerPlace>>(asked.map(({ origin }) => [origin, new Map()]));
  if (asked.length === 0) return places;
  const rows = await tables
    .selectFrom('mirror_producers')
    .selectAll()
    .where(
      'origin',
      'in',
      asked.map(({ origin }) => origin),
    )
    .where('boot', 'in', [...new Set(asked.flatMap(({ boots }) => boots))])
    .execute();
  for (const { origin, boot, counter, idx } of rows) places.get(origin)?.set(boot, { counter, index: idx });
  return places;
}
