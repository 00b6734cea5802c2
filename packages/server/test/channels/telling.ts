/** A control plane that tells channels, and receivers on the loopback interface. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { expect } from 'vitest';
import { APPROVALS, type Approval } from '../../src/approvals/index.ts';
import { deliver } from '../../src/deliveries/index.ts';
import type { Plane } from '../../src/plane.ts';
import { openWorld, START, type World, type WorldOptions } from '../world.ts';

/** A key as Standard Webhooks write them. */
export const SECRET: string = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;
const hash = 'a'.repeat(64);
/** Something that waits. */
export const HELD: Approval = {
  hold: 'example.org/node#1',
  logNode: 'node',
  agent: 'bot <!channel>\n& co',
  chain: [],
  method: 'tools/call',
  targets: [{ action: 'tools/call', type: 'tool', id: 'bank/pay' }],
  args: { amount: 100, note: 'top secret words' },
  isChanged: false,
  masked: 0,
  labels: [],
  policies: [{ id: 'pay', contentHash: hash, approvers: [], quorum: 1 }],
  reasons: ['because of top secret words'],
  digest: hash,
  policyHash: hash,
  requesters: ['bot'],
  created: START,
  expires: START + 600_000,
  node: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
  status: 'waiting',
  answers: [],
};

/** What a receiver was sent. */
export interface Received {
  readonly url: string;
  readonly headers: Record<string, string>;
  readonly body: string;
}
/** What ends with a test. */
export const closers: (() => Promise<void>)[] = [];

/** A receiver on the loopback interface that answers with `status`, one after another, the last for ever. */
export async function receiver(...statuses: number[]): Promise<{ url: string; received: Received[] }> {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      received.push({ url: request.url ?? '', headers: request.headers as Record<string, string>, body });
      const status = statuses.length > 1 ? (statuses.shift() ?? 200) : (statuses[0] ?? 200);
      response.writeHead(status, status === 302 ? { location: 'http://127.0.0.1:1/' } : {}).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.push(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `http://hooks.test:${port}`, received };
}

/** It. */
export interface Telling extends World {
  readonly telling: Plane;
  channel(target: object, more?: object): Promise<string>;
  wait(): Promise<string>;
  round(): Promise<void>;
  statuses(channel: string): Promise<unknown[]>;
}
let world: Telling | undefined;

/** Opens one; its channels reach `hosts` alone. `closeTelling` ends it. */
export async function openTelling(
  store: 'sqlite' | 'postgres',
  {
    secrets = {},
    hosts = ['hooks.test'],
    ...more
  }: { secrets?: Record<string, string>; hosts?: string[] } & WorldOptions = {},
): Promise<Telling | undefined> {
  const opened = await openWorld(store, more);
  if (opened === undefined) return undefined;
  const { plane, organisation, send, people } = opened;
  const telling: Plane = {
    ...plane,
    channels: {
      secret: (of, name) => (of === organisation ? secrets[name] : undefined),
      hosts: new Set(hosts),
      resolve: () => Promise.resolve(['127.0.0.1']),
    },
  };
  world = {
    ...opened,
    telling,
    async channel(target, more = {}) {
      const body = {
        name: 'ops',
        isEnabled: true,
        topics: ['approvals', 'alerts'],
        teams: [],
        leastSeverity: 'low',
        target,
        ...more,
      };
      const came = await send('POST', '/v1/channels', { as: people.admin, body: body as never });
      expect(came.status).toBe(201);
      return came.body.id;
    },
    async wait() {
      const id = plane.newId();
      await plane.changes.commit({
        action: 'approvals.wait',
        object: id,
        organisation,
        actor: { kind: 'server', id: 'server', concerns: [] },
        effects: [plane.objects(organisation, APPROVALS).put(id, HELD, null)],
      });
      return id;
    },
    round: () => deliver(telling, new AbortController().signal),
    async statuses(channel) {
      const came = await send('GET', `/v1/channels/${channel}/deliveries`, { as: people.reader });
      return came.body.items;
    },
  };
  return world;
}

/** Ends what a test opened; what failed on the server's side is thrown. */
export async function closeTelling(): Promise<void> {
  const faults = world?.faults ?? [];
  await world?.close();
  world = undefined;
  if (faults.length > 0) throw new AggregateError(faults, 'the server failed');
  for (const close of closers.splice(0)) await close();
}
