// What a control plane takes of the logs of one node and of eight at once a second, and how long a page of receipts takes among many, on SQLite and PostgreSQL.
// Usage: server-receipts.bench.ts [receipts]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { replicateFolder, utf8 } from '@writ/core';
import { sampleLog, sampleSigner } from '@writ/core/testing';
import { formatVerifierKey } from '@writ/core/proof';
import { openPool } from '@writ/postgres';
import { sql } from 'kysely';
import {
  type FactsRow,
  migrate,
  openPostgresTables,
  openSqliteTables,
  type ReceiptRow,
  type TableStore,
} from '../packages/server/src/tables/index.ts';
import { createPlaneMirror } from '../packages/server/src/mirror/index.ts';
import { nodeKeyOf, NODES, originKey, originsOf } from '../packages/server/src/nodes/index.ts';
import { SERVER } from '../packages/server/src/people/index.ts';
import { listReceipts, readEntry, receiptRows } from '../packages/server/src/receipts/index.ts';
import { testServer } from '../scripts/testing/postgres-server.ts';
import { print, rssMb } from './measure.ts';
import { openBenchPlane } from './server-plane.ts';

const RECEIPTS = Number(process.argv[2] ?? 1_000_000);
const INGESTED = 16_384;
const BATCH = 1_000;
const PAGES = 300;
const FILLED = 'bench.example/filled';
/** As many at once as are asked. */
const AT_ONCE = [1, 8];
/** One log for each node of each measurement: what was taken is not taken again. */
const LOGS = Array.from({ length: AT_ONCE.reduce((sum, nodes) => sum + nodes) }, (_, at) => {
  const origin = `bench.example/node-${at}`;
  return { origin, signer: sampleSigner(origin, 100 + at), folder: `log-${at}` };
});
const MIRROR = sampleSigner('bench.example/mirror', 50, 'cosignature/v1');
const VERDICTS = ['allow', 'allow', 'allow', 'allow', 'allow', 'allow', 'modify', 'step_up', 'defer', 'deny'];

/** An entry of about the length that a decision has. */
function entry(origin: string, index: number): Uint8Array {
  const producer = { boot: 'B', counter: index, previous: index === 0 ? null : index - 1 };
  const determining = [{ id: `policy-${index % 7}`, contentHash: '0'.repeat(64) }];
  const decision = { verdict: VERDICTS[index % VERDICTS.length], determining, filler: 'x'.repeat(500) };
  const place = { time: 1_000 + index, timeFloor: 1_000 + index, witnessedSize: 0 };
  return utf8(JSON.stringify({ origin, kind: 'decision', producer, ...place, decision }));
}

const here = await openBenchPlane();
const folder = mkdtempSync(join(tmpdir(), 'writ-bench-receipts-'));
const server = await testServer({ isSynced: true });
try {
  const nodes = await Promise.all(LOGS.map(enrolled));
  for (const [at, log] of LOGS.entries()) writeLog(log, lengthOf(at));
  await measure(openSqliteTables(join(folder, 'plane.db')), nodes);
  if (server === undefined) console.error('no PostgreSQL to measure');
  else
    await measure(await openPostgresTables(openPool(server.url, 'bench_receipts'), 'bench_receipts'), nodes);
} finally {
  await here.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Entries of the log at place `at`: all logs of one measurement hold as many together as one does alone. */
function lengthOf(at: number): number {
  return at === 0 ? INGESTED : (INGESTED * 2) / (LOGS.length - 1);
}

async function enrolled({ origin, signer }: (typeof LOGS)[number]): Promise<string> {
  const { plane, organisation } = here;
  const node = plane.newId();
  const key = formatVerifierKey(signer.key);
  await plane.changes.commit({
    action: 'nodes.enrol',
    object: node,
    organisation,
    actor: SERVER,
    effects: [
      plane.objects(organisation, NODES).put(
        node,
        {
          name: 'bench',
          environment: 'production',
          keys: [nodeKeyOf(key, 0)],
          origin,
          logKeys: [key],
          status: 'active',
          created: 0,
          enrolment: node,
          history: [],
        },
        null,
      ),
      originsOf(plane).put(originKey(origin), { organisation, node, origin }, null),
    ],
  });
  return node;
}

function writeLog({ origin, signer, folder: name }: (typeof LOGS)[number], length: number): void {
  const { files } = sampleLog(
    Array.from({ length }, (_, index) => entry(origin, index)),
    signer,
  );
  for (const [path, bytes] of files) {
    const file = join(folder, name, 'log', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, bytes);
  }
}

async function measure(store: TableStore, nodes: readonly string[]): Promise<void> {
  await migrate(store);
  const { database: tables, dialect } = store;
  const { objects, clock } = here.plane;
  const mirror = createPlaneMirror({ tables, objects, clock, signers: [MIRROR] });
  const take = ({ folder: name }: (typeof LOGS)[number]): Promise<unknown> =>
    replicateFolder({
      path: join(folder, name),
      mirror: { name: 'bench', key: MIRROR.key, url: 'https://bench.example/v1/mirror' },
      signal: new AbortController().signal,
      transport: {
        async post(url, body) {
          const answer = url.endsWith('add-checkpoint')
            ? await mirror.addCheckpoint(body)
            : await mirror.addEntries(inPieces(body));
          return { status: answer.status, body: utf8(answer.body) };
        },
      },
    });
  let from = 0;
  for (const count of AT_ONCE) {
    const began = performance.now();
    await Promise.all(LOGS.slice(from, from + count).map(take));
    const seconds = (performance.now() - began) / 1_000;
    const entries = LOGS.slice(from, from + count).reduce((sum, _, at) => sum + lengthOf(from + at), 0);
    print(
      'server/ingest',
      { store: dialect, nodes: count },
      { rate: Math.round(entries / seconds), rss_mb: rssMb() },
    );
    from += count;
  }
  const [node = ''] = nodes;
  await fill(store, node);
  // As PostgreSQL does by itself within a minute.
  await sql`analyze`.execute(tables);
  const queries = {
    all: {},
    deny: { verdict: 'deny' },
    node: { node },
    node_deny: { node, verdict: 'deny' },
    policy: { policy: 'policy-3' },
    agent: { agent: 'agent-3' },
    agent_deny: { agent: 'agent-9', verdict: 'deny' },
    agent_deny_none: { agent: 'agent-3', verdict: 'deny' },
    tool: { tool: 'notes/tool-17' },
    session: { session: 'session-500' },
    person: { person: 'person-40' },
  };
  for (const [what, query] of Object.entries(queries)) {
    const times: number[] = [];
    let cursor: string | undefined;
    for (let page = 0; page < PAGES; page += 1) {
      const start = performance.now();
      const { next } = await listReceipts({ tables }, here.organisation, { limit: 50, cursor, ...query });
      times.push(performance.now() - start);
      cursor = next;
    }
    times.sort((one, other) => one - other);
    const at = (share: number): number => Math.round((times[Math.floor(share * (PAGES - 1))] ?? 0) * 1_000);
    const params = { store: dialect, receipts: RECEIPTS, query: what };
    print('server/list', params, { p50_us: at(0.5), p99_us: at(0.99), rss_mb: rssMb() });
  }
  await tables.destroy();
}

async function fill({ database }: TableStore, node: string): Promise<void> {
  const of = { organisation: here.organisation, node, origin: FILLED };
  for (let start = 0; start < RECEIPTS; start += BATCH) {
    const entries = Array.from({ length: BATCH }, (_, at) => entry(FILLED, start + at));
    const rows = receiptRows(of, start, entries.map(readEntry), () => undefined);
    await database
      .insertInto('receipts')
      .values([...rows.receipts])
      .execute();
    await database
      .insertInto('receipt_policies')
      .values([...rows.policies])
      .execute();
    await database.insertInto('facts').values(rows.receipts.map(factsOf)).execute();
  }
}

/** As a node discloses it: twenty agents, fifty tools, sessions of a hundred calls. */
function factsOf({ organisation, origin, idx, id, time, verdict }: ReceiptRow): FactsRow {
  return {
    organisation,
    origin,
    idx,
    receipt: id,
    agent: `agent-${idx % 20}`,
    person: `person-${idx % 200}`,
    session: `session-${Math.floor(idx / 100)}`,
    tool: `notes/tool-${idx % 50}`,
    verdict,
    labels: '["source:web"]',
    fields: '{"method":"tools/call"}',
    salts: '{}',
    at: time,
  };
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
