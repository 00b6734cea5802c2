// How long a stop takes until 500 nodes have it in force in their own logs, by what they tell the control plane: all in one process, over HTTP, each with its own key and proof.
import { setTimeout as wait } from 'node:timers/promises';
import {
  createMemoryLog,
  createSigningKey,
  type KillPlace,
  publicKeyText,
  type SigningKey,
  systemClock,
  systemRandom,
} from '@writ/core';
import { createPlaneClient, followStops } from '@writ/gateway/plane';
import { nodeKeyOf, NODES } from '../packages/server/src/nodes/index.ts';
import { SERVER } from '../packages/server/src/people/index.ts';
import { rssMb } from './measure.ts';
import { openBenchPlane } from './server-plane.ts';

const COUNT = 500;
const DRILLS = 5;
/** Nodes enrolled by one entry. */
const BATCH = 50;

const bench = await openBenchPlane();
const { plane, organisation } = bench;
const nodes = Array.from({ length: COUNT }, () => ({
  id: plane.newId(),
  key: createSigningKey('edge', systemRandom).key,
}));
for (let from = 0; from < COUNT; from += BATCH)
  await plane.changes.commit({
    action: 'nodes.enrol',
    object: nodes[from]?.id ?? '',
    organisation,
    actor: SERVER,
    effects: nodes.slice(from, from + BATCH).map(({ id, key }) => enrolled(id, key)),
  });
const followers = nodes.map(({ id, key }) =>
  followStops({
    client: createPlaneClient({
      url: bench.url,
      identity: { organisation, node: id, signer: key },
      clock: systemClock,
      random: systemRandom,
    }),
    place: placeOf(id),
    report: (line, level) => {
      if (level === undefined) console.error(line);
    },
    pause: (ms, signal) => wait(ms, undefined, { signal }).then(undefined, () => undefined),
  }),
);
// The first is for connections; what it took is not counted.
const measured: { readonly p50Ms?: number; readonly p99Ms?: number }[] = [];
for (let drill = 0; drill <= DRILLS; drill += 1) {
  const { id } = await bench.post('/v1/drills', {});
  let reach = await reachOf(id);
  while (reach.reached < COUNT) {
    await wait(200);
    reach = await reachOf(id);
  }
  if (drill > 0) measured.push(reach);
}
console.log(
  JSON.stringify({
    name: 'server/kill',
    params: { store: 'sqlite', nodes: COUNT, drills: DRILLS },
    p50_ms: median(measured.map(({ p50Ms = Number.NaN }) => p50Ms)),
    p99_ms: median(measured.map(({ p99Ms = Number.NaN }) => p99Ms)),
    rss_mb: rssMb(),
  }),
);
await Promise.all(followers.map((follower) => follower.close()));
await bench.close();
process.exit();

function enrolled(id: string, key: SigningKey): ReturnType<ReturnType<typeof collection>['put']> {
  const since = plane.clock.now();
  return collection().put(
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

function collection() {
  return plane.objects(organisation, NODES);
}

function placeOf(node: string): KillPlace & Pick<ReturnType<typeof createMemoryLog>, 'state'> {
  const log = createMemoryLog({
    origin: `edge.example/${node}`,
    tenant: 'local',
    node,
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
    bodyKey: { keyId: 'bench', key: systemRandom.bytes(32) },
  });
  return {
    state: log.state,
    reader: log.reader,
    append: (detail, rest) =>
      log.writer.append({
        detail,
        tenant: 'local',
        time: systemClock.now(),
        monotonicNs: systemClock.monotonicNs(),
        retentionClass: 'log',
        committed: {},
        concerns: [],
        ...rest,
      }),
  };
}

async function reachOf(
  id: string,
): Promise<{ readonly reached: number; readonly p50Ms?: number; readonly p99Ms?: number }> {
  const stop = (await bench.get(`/v1/stops/${id}`)) as {
    readonly reach: Awaited<ReturnType<typeof reachOf>>;
  };
  return stop.reach;
}

function median(values: readonly number[]): number | undefined {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)];
}
