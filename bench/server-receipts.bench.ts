// What a control plane takes of a node's log a second, and how long a page of receipts takes among many, on SQLite and PostgreSQL.
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
  migrate,
  openPostgresTables,
  openSqliteTables,
  type TableStore,
} from '../packages/server/src/tables/index.ts';
import { createPlaneMirror } from '../packages/server/src/mirror/index.ts';
import { nodeKeyOf, NODES, originKey, originsOf } from '../packages/server/src/nodes/index.ts';
import { SERVER } from '../packages/server/src/people/index.ts';
import { listReceipts, receiptRows } from '../packages/server/src/receipts/index.ts';
import { testServer } from '../scripts/testing/postgres-server.ts';
import { print, rssMb } from './measure.ts';
import { openBenchPlane } from './server-plane.ts';

const RECEIPTS = Number(process.argv[2] ?? 1_000_000);
const INGESTED = 16_384;
const BATCH = 1_000;
const PAGES = 300;
const ORIGIN = 'bench.example/node';
const NODE = sampleSigner(ORIGIN, 3);
const MIRROR = sampleSigner('bench.example/mirror', 50, 'cosignature/v1');
const VERDICTS = ['allow', 'allow', 'allow', 'allow', 'allow', 'allow', 'modify', 'step_up', 'defer', 'deny'];

/** An entry of about the length that a decision has. */
function entry(index: number): Uint8Array {
  const producer = { boot: 'B', counter: index, previous: index === 0 ? null : index - 1 };
  const decision = { verdict: VERDICTS[index % VERDICTS.length], filler: 'x'.repeat(600) };
  const place = { time: 1_000 + index, timeFloor: 1_000 + index, witnessedSize: 0 };
  return utf8(JSON.stringify({ origin: ORIGIN, kind: 'decision', producer, ...place, decision }));
}

const here = await openBenchPlane();
const folder = mkdtempSync(join(tmpdir(), 'writ-bench-receipts-'));
const server = await testServer();
try {
  const { plane, organisation } = here;
  const node = plane.newId();
  const key = formatVerifierKey(NODE.key);
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
          origin: ORIGIN,
          logKeys: [key],
          status: 'active',
          created: 0,
          enrolment: node,
          history: [],
        },
        null,
      ),
      originsOf(plane).put(originKey(ORIGIN), { organisation, node, origin: ORIGIN }, null),
    ],
  });
  const { files } = sampleLog(
    Array.from({ length: INGESTED }, (_, index) => entry(index)),
    NODE,
  );
  for (const [path, bytes] of files) {
    mkdirSync(dirname(join(folder, 'log', path)), { recursive: true });
    writeFileSync(join(folder, 'log', path), bytes);
  }
  await measure(openSqliteTables(join(folder, 'plane.db')), node);
  if (server === undefined) console.error('no PostgreSQL to measure');
  else
    await measure(await openPostgresTables(openPool(server.url, 'bench_receipts'), 'bench_receipts'), node);
} finally {
  await here.close();
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
}

async function measure(store: TableStore, node: string): Promise<void> {
  await migrate(store);
  const { database: tables, dialect } = store;
  const { objects, clock } = here.plane;
  const mirror = createPlaneMirror({ tables, objects, clock, signers: [MIRROR] });
  const began = performance.now();
  await replicateFolder({
    path: folder,
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
  const seconds = (performance.now() - began) / 1_000;
  print('server/ingest', { store: dialect }, { rate: Math.round(INGESTED / seconds), rss_mb: rssMb() });
  await fill(store, node);
  // As PostgreSQL does by itself within a minute.
  await sql`analyze`.execute(tables);
  const queries = {
    all: {},
    deny: { verdict: 'deny' },
    node: { node },
    node_deny: { node, verdict: 'deny' },
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
  const of = { organisation: here.organisation, node, origin: `${ORIGIN}/filled` };
  for (let start = 0; start < RECEIPTS; start += BATCH) {
    const entries = Array.from({ length: BATCH }, (_, at) => entry(start + at));
    await database
      .insertInto('receipts')
      .values([...receiptRows(of, start, entries)])
      .execute();
  }
}

async function* inPieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
}
