// How long a stop takes until 500 nodes have it in force in their own logs, by what they tell the control plane: over HTTP, each with its own key and proof, all of them in one other process.
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createSigningKey, publicKeyText, systemRandom } from '@writ/core';
import type { Plane } from '../packages/server/src/index.ts';
import { nodeKeyOf, NODES } from '../packages/server/src/nodes/index.ts';
import { SERVER } from '../packages/server/src/people/index.ts';
import { print, rssMb } from './measure.ts';
import { awaitEnd, BUILT_NODE, residentMb, startProcess } from './processes.ts';
import { type BenchPlane, type BenchStore, openBenchPlane } from './server-plane.ts';

const COUNT = 500;
const DRILLS = 9;
/** Nodes enrolled by one entry. */
const BATCH = 50;

for (const store of ['sqlite', 'postgres'] as const) {
  const bench = await openBenchPlane(store);
  if (bench !== undefined) await measure(store, bench);
}
// Connections of nodes that are gone hold nobody up.
process.exit();

interface Reach {
  readonly reached: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
}

async function measure(store: BenchStore, bench: BenchPlane): Promise<void> {
  const ids = Array.from({ length: COUNT }, () => bench.plane.newId());
  const seeds = ids.map(() => systemRandom.bytes(32));
  await enrol(bench, ids, seeds);
  const nodes = startProcess([...BUILT_NODE, join(import.meta.dirname, 'server-nodes.ts')], {
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  nodes.send({
    url: bench.url,
    organisation: bench.organisation,
    nodes: ids.map((id, at) => ({ id, seed: Buffer.from(seeds[at] ?? []).toString('hex') })),
  });
  // The first is for connections; what it took is not counted.
  const drills: Reach[] = [];
  for (let drill = 0; drill <= DRILLS; drill += 1) {
    const { id } = await bench.post('/v1/drills', {});
    let reach = await reachOf(bench, id);
    while (reach.reached < COUNT) {
      await wait(500);
      reach = await reachOf(bench, id);
    }
    if (drill > 0) drills.push(reach);
  }
  const worst = Math.max(...drills.map(({ p99Ms = Number.NaN }) => p99Ms));
  print(
    'server/kill',
    { store, nodes: COUNT, drills: DRILLS },
    {
      p50_ms: median(drills.map(({ p50Ms = Number.NaN }) => p50Ms)),
      p99_ms: median(drills.map(({ p99Ms = Number.NaN }) => p99Ms)),
      worst_p99_ms: worst,
      rss_mb: rssMb(),
      nodes_rss_mb: residentMb(nodes),
    },
  );
  nodes.kill('SIGTERM');
  await awaitEnd(nodes);
  await bench.close();
}

async function enrol(
  { plane, organisation }: BenchPlane,
  ids: readonly string[],
  seeds: readonly Uint8Array[],
): Promise<void> {
  for (let from = 0; from < COUNT; from += BATCH)
    await plane.changes.commit({
      action: 'nodes.enrol',
      object: ids[from] ?? '',
      organisation,
      actor: SERVER,
      effects: ids
        .slice(from, from + BATCH)
        .map((id, at) => enrolled(plane, organisation, id, seeds[from + at] ?? new Uint8Array())),
    });
}

function enrolled(plane: Plane, organisation: string, id: string, seed: Uint8Array) {
  const since = plane.clock.now();
  const { key } = createSigningKey('edge', { bytes: () => seed });
  return plane.objects(organisation, NODES).put(
    id,
    {
      name: 'edge',
      environment: 'production',
      keys: [nodeKeyOf(publicKeyText(key), since)],
      origin: `edge.example/${id}`,
      logKeys: ['edge+00000000+AAAA'],
      status: 'active',
      created: since,
      enrolment: id,
      history: [],
    },
    null,
  );
}

async function reachOf(bench: BenchPlane, id: string): Promise<Reach> {
  return ((await bench.get(`/v1/stops/${id}`)) as { readonly reach: Reach }).reach;
}

function median(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? Number.NaN;
}
