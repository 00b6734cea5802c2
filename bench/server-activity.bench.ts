// What counting a million receipts takes, and how long an answer of what agents did takes for each range of the page, on SQLite and PostgreSQL.
// Usage: server-activity.bench.ts [receipts] [days]
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openPool } from '@writ/postgres';
import { sql } from 'kysely';
import { activityOf, countActivity } from '../packages/server/src/activity/index.ts';
import { markMinutes, receiptRows } from '../packages/server/src/receipts/index.ts';
import {
  type FactsRow,
  migrate,
  openPostgresTables,
  openSqliteTables,
  type TableStore,
} from '../packages/server/src/tables/index.ts';
import { testServer } from '../scripts/testing/postgres-server.ts';
import { print, rssMb } from './measure.ts';

const RECEIPTS = Number(process.argv[2] ?? 1_000_000);
const DAYS = Number(process.argv[3] ?? 30);
const CALLS = RECEIPTS / 2;
const BATCH = 500;
const ASKED = 200;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const START = 1_764_547_200_000;
const END = START + DAYS * DAY;
const OF = { organisation: '0'.repeat(26), node: '1'.repeat(26), origin: 'bench.example/filled' };
const VERDICTS = ['allow', 'allow', 'allow', 'allow', 'allow', 'allow', 'modify', 'step_up', 'defer', 'deny'];
/** As the page asks: range, step. */
const RANGES = {
  '1h': [60, 1],
  '24h': [24 * 60, 15],
  '7d': [7 * 24 * 60, 120],
  '30d': [30 * 24 * 60, 360],
} as const;

const folder = mkdtempSync(join(tmpdir(), 'writ-bench-activity-'));
const server = await testServer({ isSynced: true });
try {
  await measure(openSqliteTables(join(folder, 'plane.db')));
  if (server === undefined) console.error('no PostgreSQL to measure');
  else await measure(await openPostgresTables(openPool(server.url, 'bench_activity'), 'bench_activity'));
} finally {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(store: TableStore): Promise<void> {
  await migrate(store);
  const { database: tables, dialect } = store;
  await fill(store);
  await sql`analyze`.execute(tables);
  const began = performance.now();
  // All but the last minutes, which wait as they do under way.
  const clock = { now: () => END, monotonicNs: () => 0n };
  await tables
    .updateTable('activity_marks')
    .set({ since: END })
    .where('minute', '>=', END - 2 * MINUTE)
    .execute();
  await countActivity({ tables, clock });
  const seconds = (performance.now() - began) / 1_000;
  const rows = await tables.selectFrom('activity').select(sql<number>`count(*)`.as('count')).execute();
  await sql`analyze`.execute(tables);
  print(
    'server/activity-count',
    { store: dialect, receipts: RECEIPTS, days: DAYS },
    { rate: Math.round(RECEIPTS / seconds), rows: Number(rows[0]?.count ?? 0), rss_mb: rssMb() },
  );
  for (const by of ['agent', 'tool'] as const)
    for (const [range, [minutes, step]] of Object.entries(RANGES)) {
      const times: number[] = [];
      const to = END;
      const query = { from: to - minutes * MINUTE, to, step: step * MINUTE, by };
      for (let asked = 0; asked < ASKED; asked += 1) {
        const start = performance.now();
        await activityOf({ tables }, OF.organisation, query);
        times.push(performance.now() - start);
      }
      times.sort((one, other) => one - other);
      const at = (share: number): number => Math.round((times[Math.floor(share * (ASKED - 1))] ?? 0) * 1_000);
      print(
        'server/activity',
        { store: dialect, receipts: RECEIPTS, days: DAYS, by, range },
        { p50_us: at(0.5), p99_us: at(0.99) },
      );
    }
  await tables.destroy();
}

/** Calls evenly over the days, each with its decision and its outcome: twenty agents, fifty tools. */
async function fill({ database }: TableStore): Promise<void> {
  for (let start = 0; start < CALLS; start += BATCH) {
    const entries = Array.from({ length: 2 * BATCH }, (_, at) =>
      entryOf(start + Math.floor(at / 2), at % 2 === 1),
    );
    const { receipts } = receiptRows(OF, 2 * start, entries, (index) => entries[index - 2 * start]);
    await database
      .insertInto('receipts')
      .values([...receipts])
      .execute();
    const facts = receipts
      .filter(({ verdict }) => verdict !== null)
      .map(({ idx, id, time, verdict }): FactsRow => {
        const call = idx / 2;
        return {
          organisation: OF.organisation,
          origin: OF.origin,
          idx,
          receipt: id,
          verdict,
          agent: `agent-${call % 20}`,
          person: `person-${call % 200}`,
          session: `session-${Math.floor(call / 100)}`,
          tool: `notes/tool-${call % 50}`,
          labels: '["source:web"]',
          fields: '{"method":"tools/call"}',
          salts: '{}',
          at: time,
        };
      });
    await database.insertInto('facts').values(facts).execute();
    await markMinutes(
      database,
      OF.organisation,
      receipts.map(({ time }) => time),
      START,
    );
  }
}

function entryOf(call: number, isOutcome: boolean): Parameters<typeof receiptRows>[2][number] {
  const time = START + Math.floor((call * DAYS * DAY) / CALLS);
  const producer = { boot: 'B' };
  const ns = BigInt(call) * 1_000_000_000n;
  if (!isOutcome)
    return {
      kind: 'decision',
      producer,
      time,
      monotonicNs: String(ns),
      decision: { verdict: VERDICTS[call % VERDICTS.length] ?? 'allow' },
    };
  // Between a half and five hundred milliseconds, most of them short.
  const tookNs = 500_000n * (1n + BigInt((call * 7_919) % 1_000) ** 2n / 1_000n);
  return {
    kind: 'outcome',
    outcome: 'performed',
    producer,
    time,
    monotonicNs: String(ns + tookNs),
    decisionOf: 2 * call,
    costMicros: (call % 40) * 125,
  };
}
