// A server that is killed in the middle of telling a channel: everybody is told of each alert, at least once, and what is told again is known by its id.
import { createHash } from 'node:crypto';
import { createServer } from 'node:http';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { firstSession, killAll, mustRun, type ServerProcess } from '../process.ts';
import { SECRET } from './telling.ts';

vi.setConfig({ testTimeout: 120_000, hookTimeout: 60_000 });
/** Alerts, and after which of the messages that arrive the server is killed before they are answered. */
const ALERTS = 12;
const KILLED_AT = new Set([1, 5, 9]);
/** Longer than a server that took a message has it for itself. */
const LATER_MS = 70_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-killed-'));
});
afterEach(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});

interface Told {
  readonly id: string;
  readonly alert: string;
  readonly words: string;
}

test('what a server that is killed was telling is told by the next one, under the same id and in the same words', async () => {
  let server: ServerProcess | undefined;
  // It tells what waits as soon as it runs, which may be before it says that it does.
  let starting: Promise<ServerProcess> | undefined;
  const told: Told[] = [];
  let stopped = Promise.withResolvers<void>();
  const receiver = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk) => (body += String(chunk)));
    request.on('end', () => {
      const headers = request.headers as Record<string, string>;
      new Webhook(SECRET).verify(body, headers, { tolerance: 24 * 3_600 } as never);
      const { type, timestamp, data } = JSON.parse(body);
      // Without the link: here each start serves at another port.
      const words = JSON.stringify([type, timestamp, data.id, data.text]);
      told.push({ id: String(headers['webhook-id']), alert: data.id, words });
      // It arrived, and whoever sent it never hears so.
      if (KILLED_AT.has(told.length))
        void starting?.then((running) => running.kill()).then(() => stopped.resolve());
      else response.writeHead(204).end();
    });
  });
  receiver.listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = receiver.address() as AddressInfo;
  writeFileSync(
    join(folder, 'writ-server.yaml'),
    'listen: 127.0.0.1:0\nchannels: {privateHosts: [localhost]}\n',
  );
  let starts = 0;
  const start = async (environment: NodeJS.ProcessEnv): Promise<ServerProcess> => {
    stopped = Promise.withResolvers<void>();
    // Each start is a while after the one before.
    const clock = `data:text/javascript,const now=Date.now;Date.now=()=>now()+${starts * LATER_MS};`;
    starts += 1;
    starting = mustRun({ folder, environment: { ...environment, NODE_OPTIONS: `--import "${clock}"` } });
    return starting;
  };
  server = await start({});
  const admin = await firstSession(server);
  let { token } = await admin('/v1/api-tokens', { name: 'admin', roles: ['admin'] });
  const ask = async <Answer>(method: string, path: string, body?: object): Promise<Answer> => {
    const response = await fetch(`${server?.url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${String(token)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        'idempotency-key': createHash('sha256')
          .update(`${path} ${JSON.stringify(body)}`)
          .digest('hex'),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await response.json()) as Answer;
  };
  const { organisation } = await ask<{ organisation: { id: string } }>('GET', '/v1/me');
  const environment = { [`WRIT_CHANNEL_${organisation.id}_OPS`]: SECRET };
  const person = { name: 'Bo', email: 'bo@example.org', roles: ['writer'] };
  const { id: bo } = await ask<{ id: string }>('POST', '/v1/people', person);
  const { url } = await ask<{ url: string }>('POST', `/v1/people/${bo}/invitation`);
  const writer = await firstSession({ ...server, first_link: url });
  const { token: writing } = await writer('/v1/api-tokens', { name: 'writer', roles: ['writer'] });
  await server.end();
  server = await start(environment);
  const target = { kind: 'webhook', url: `http://localhost:${port}/hook`, secret: 'OPS' };
  const content = { isEnabled: true, topics: ['alerts'], teams: [], leastSeverity: 'low', target };
  const { id: channel } = await ask<{ id: string }>('POST', '/v1/channels', { name: 'ops', ...content });
  expect(channel).toBeDefined();
  token = writing;
  const alerts: string[] = [];
  const raise = async (): Promise<void> => {
    const { id } = await ask<{ id?: string }>('POST', '/v1/alerts', {
      severity: 'high',
      text: `alert ${alerts.length}`,
    });
    // Made before, where the answer of the one that was killed was lost.
    alerts.push(id ?? 'unknown');
  };
  for (let kills = 0; kills < KILLED_AT.size; kills += 1) {
    // One server dies at the message that is told while the rest wait.
    const dying = stopped.promise;
    while (alerts.length < ALERTS) await Promise.race([raise().catch(() => undefined), dying]);
    await dying;
    server = await start(environment);
  }
  await expect
    .poll(() => new Set(told.map(({ alert }) => alert)).size, { timeout: 40_000 })
    .toBeGreaterThanOrEqual(ALERTS);
  const waits = async (): Promise<number> => {
    const { items } = await ask<Listed>('GET', `/v1/channels/${channel}/deliveries`);
    return items.filter(({ status }) => status !== 'sent').length;
  };
  await expect.poll(waits, { timeout: 40_000 }).toBe(0);
  // One id is one message, whichever attempt it was; one alert is one id.
  const messages = Map.groupBy(told, ({ id }) => id);
  for (const same of messages.values()) expect(new Set(same.map(({ words }) => words)).size).toBe(1);
  expect(new Set(told.map(({ id, alert }) => `${id} ${alert}`)).size).toBe(messages.size);
  // The attempts of whoever was killed count.
  const { items } = await ask<Listed>('GET', `/v1/channels/${channel}/deliveries`);
  for (const { id, attempts } of items)
    expect([id, attempts]).toEqual([id, messages.get(`msg_${id}`)?.length]);
  expect(told.length).toBe(messages.size + KILLED_AT.size);
  expect(await server.end()).toBe(0);
  receiver.close();
});

interface Listed {
  readonly items: readonly { readonly id: string; readonly status: string; readonly attempts: number }[];
}
