// Nodes of a control plane, all in this process: each follows its stops with a log of its own. What they are is told by the process that started this one.
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { createMemoryLog, createSigningKey, type KillPlace, systemClock, systemRandom } from '@writ/core';
import { createPlaneClient, followStops } from '@writ/gateway/plane';

interface Told {
  readonly url: string;
  readonly organisation: string;
  readonly nodes: readonly { readonly id: string; readonly seed: string }[];
}

const [{ url, organisation, nodes }] = (await once(process, 'message')) as [Told];
for (const { id, seed } of nodes)
  followStops({
    client: createPlaneClient({
      url,
      identity: {
        organisation,
        node: id,
        signer: createSigningKey('edge', { bytes: () => Buffer.from(seed, 'hex') }).key,
      },
      clock: systemClock,
      random: systemRandom,
    }),
    place: placeOf(id),
    report: (line, level) => {
      if (level === undefined) console.error(line);
    },
    pause: (ms, signal) => wait(ms, undefined, { signal }).then(undefined, () => undefined),
  });
process.once('disconnect', () => process.exit());
process.once('SIGTERM', () => process.exit());

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
