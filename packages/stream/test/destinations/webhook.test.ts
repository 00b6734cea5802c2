// Webhooks: what is posted, what counts as taken, and what receivers do that are not well.
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { fakeClock } from '@writ/core/testing';
import { describe, expect, onTestFinished, test } from 'vitest';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';
import { type Destination, type OutgoingEvent, type WebhookSettings } from '../../src/index.ts';
import { openWebhook } from '../../src/destinations/webhook/index.ts';
import { destinationContract, type DestinationWorld } from './destination-contract.ts';
import { eventsOf, uidsOf } from './events.ts';
import { HOOK_TOKEN, type HookServer, hookServer } from './hook-server.ts';
import { testPorts } from './ports.ts';

const ENVIRONMENT = { TOKEN: HOOK_TOKEN, WRONG: 'wrong-token', KEY: 'signing-key' };

destinationContract('a webhook that takes bulks', () => world('bulk'));
destinationContract('a webhook that takes arrays', () => world('array'), { knowsPartial: false });

describe('what is posted', () => {
  test.each<
    readonly [
      string,
      Partial<WebhookSettings>,
      string,
      (body: string, events: readonly OutgoingEvent[]) => void,
    ]
  >([
    [
      'an array of events',
      { body: 'array' },
      'application/json',
      (body, events) => expect(JSON.parse(body)).toStrictEqual(events.map(({ text }) => JSON.parse(text))),
    ],
    [
      'a batch of CloudEvents',
      { body: 'array', format: 'cloudevents' },
      'application/cloudevents-batch+json; charset=utf-8',
      (body) => expect(JSON.parse(body)).toHaveLength(2),
    ],
    [
      'lines',
      { body: 'lines' },
      'application/x-ndjson',
      (body, events) => expect(body).toBe(`${events[0]?.text}\n${events[1]?.text}\n`),
    ],
    [
      'events of Splunk, one behind another',
      { body: 'hec' },
      'application/json',
      (body, events) =>
        expect(
          body
            .trim()
            .split('\n')
            .map((line) => JSON.parse(line) as unknown),
        ).toMatchObject(
          events.map(({ uid, text, time, producer }) => ({
            event: JSON.parse(text) as object,
            time: time / 1_000,
            host: producer,
            fields: { uid },
          })),
        ),
    ],
    [
      'pairs of lines of Elasticsearch',
      { body: 'bulk', bulkIndex: 'logs-writ' },
      'application/x-ndjson',
      (body, events) => {
        const lines = body
          .split('\n')
          .slice(0, -1)
          .map((line) => JSON.parse(line) as Record<string, unknown>);
        expect(lines).toHaveLength(4);
        expect(lines[0]).toStrictEqual({ create: { _id: events[0]?.uid, _index: 'logs-writ' } });
        expect(lines[1]).toMatchObject({
          '@timestamp': new Date(events[0]?.time ?? 0).toISOString(),
          class_uid: 6003,
        });
      },
    ],
  ])('%s', async (_what, settings, contentType, check) => {
    const hook = await started();
    hook.answer = (_request, response) => answerAll(response, 2);
    const destination = await opened(hook, settings);
    const events = eventsOf(2);
    expect(await destination.send(events, AbortSignal.timeout(15_000))).toBe(2);
    const [request] = hook.requests;
    expect(request?.headers['content-type']).toBe(contentType);
    expect(request?.headers.authorization).toBe(`Bearer ${HOOK_TOKEN}`);
    check(request?.body ?? '', events);
  });

  test('each event in a request of its own, where that is asked for; what was taken before a failure counts', async () => {
    const hook = await started();
    hook.answer = (_request, response) => response.writeHead(hook.requests.length > 2 ? 503 : 204).end();
    const destination = await opened(hook, { body: 'single' });
    expect(await destination.send(eventsOf(5), AbortSignal.timeout(15_000))).toBe(2);
    expect(
      hook.requests.map(({ body }) => (JSON.parse(body) as { metadata: { uid: string } }).metadata.uid),
    ).toStrictEqual(uidsOf(eventsOf(3)));
  });

  test('no more at once than receivers take; the rest is for the next', async () => {
    const hook = await started();
    const large = eventsOf(5).map((event) => ({
      ...event,
      text: JSON.stringify({ metadata: { uid: event.uid }, fill: 'x'.repeat(400_000) }),
    }));
    const destination = await opened(hook, { body: 'array' });
    expect(await destination.send(large, AbortSignal.timeout(15_000))).toBe(2);
    expect(hook.taken).toStrictEqual(uidsOf(large.slice(0, 2)));
    const alone = [
      {
        ...(large[0] as OutgoingEvent),
        text: JSON.stringify({ metadata: { uid: 'alone' }, fill: 'x'.repeat(2_000_000) }),
      },
    ];
    expect(await destination.send(alone, AbortSignal.timeout(15_000))).toBe(1);
  });

  test('an event of a time that no calendar has, as the last of those it has', async () => {
    const hook = await started();
    const late = eventsOf(1).map((event) => ({ ...event, time: Number.MAX_SAFE_INTEGER }));
    const destination = await opened(hook, { body: 'bulk' });
    expect(await destination.send(late, AbortSignal.timeout(15_000))).toBe(1);
    expect(hook.requests[0]?.body).toContain('"@timestamp":"9999-12-31T23:59:59.999Z"');
  });

  test('a signature over time and body, where a key is configured', async () => {
    const hook = await started();
    const clock = fakeClock(1_800_000_000_000);
    const settings = settingsOf(hook, {
      body: 'array',
      signature: { name: 'X-Writ-Signature', key: { env: 'KEY' } },
    });
    const destination = await openWebhook(settings, { ...testPorts(ENVIRONMENT), clock });
    onTestFinished(() => destination.close());
    await destination.send(eventsOf(1), AbortSignal.timeout(15_000));
    const [request] = hook.requests;
    const expected = createHmac('sha256', 'signing-key').update(`1800000000.${request?.body}`).digest('hex');
    expect(request?.headers['x-writ-signature']).toBe(`t=1800000000,v1=${expected}`);
  });
});

describe('what an answer means', () => {
  test.each([
    [429, 'export.unavailable'],
    [503, 'export.unavailable'],
    [500, 'export.unavailable'],
    [408, 'export.unavailable'],
    [400, 'export.rejected'],
    [413, 'export.rejected'],
    [422, 'export.rejected'],
    [401, 'export.refused'],
    [403, 'export.refused'],
    [404, 'export.refused'],
    [302, 'export.refused'],
  ])('an answer with status %i is %s', async (status, code) => {
    const hook = await started();
    hook.answer = (_request, response) =>
      response.writeHead(status, { location: `${hook.url}elsewhere` }).end('with a body');
    const destination = await opened(hook, { body: 'array' });
    await expect(destination.send(eventsOf(2), AbortSignal.timeout(15_000))).rejects.toMatchObject({ code });
    expect(hook.requests).toHaveLength(1);
  });

  test.each([
    ['7', 7_000],
    [new Date(1_800_000_060_000).toUTCString(), 60_000],
    ['-3', undefined],
    ['soon', undefined],
    ['-99999999999999999999', undefined],
    ['9'.repeat(400), undefined],
    ['1e9', undefined],
    ['Thu, 01 Jan 1970 00:00:00 GMT', undefined],
  ])('Retry-After: %s', async (retryAfter, expected) => {
    const hook = await started();
    hook.answer = (_request, response) => response.writeHead(429, { 'retry-after': retryAfter }).end();
    const destination = await openWebhook(settingsOf(hook, { body: 'array' }), {
      ...testPorts(ENVIRONMENT),
      clock: fakeClock(1_800_000_000_000),
    });
    onTestFinished(() => destination.close());
    const fault = (await destination
      .send(eventsOf(1), AbortSignal.timeout(15_000))
      .catch((thrown: unknown) => thrown)) as {
      data: Record<string, unknown>;
    };
    expect(fault.data['retryAfterMs']).toBe(expected);
  });

  test.each<readonly [string, (response: ServerResponse) => void]>([
    [
      'breaks off in the middle of its answer',
      (response) => {
        response.writeHead(200, { 'content-length': '1000' });
        response.write('{"half":');
        setImmediate(() => response.destroy());
      },
    ],
    ['breaks off before it answers', (response) => response.destroy()],
    [
      'answers without end',
      (response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536)));
          if (!response.destroyed) response.once('drain', more);
        };
        response.writeHead(200);
        more();
      },
    ],
    ['does not tell what became of each document', (response) => response.end('{"items":[]}')],
    ['answers a bulk with something else', (response) => response.end('<html>')],
  ])('one that %s has acknowledged nothing', async (_what, answer) => {
    const hook = await started();
    hook.answer = (_request, response) => answer(response);
    const destination = await opened(hook, { body: 'bulk' });
    await expect(destination.send(eventsOf(2), AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: 'export.unavailable',
    });
  });

  test('one that says yes before it was told all has acknowledged nothing', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () => {
        // What comes after is not read.
        socket.pause();
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const destination = await openWebhook(
      { type: 'webhook', url, body: 'array', format: 'ocsf', headers: [] },
      testPorts(),
    );
    onTestFinished(() => destination.close());
    const [event] = eventsOf(1);
    const large = { ...event, text: JSON.stringify({ fill: 'x'.repeat(30_000_000) }) } as OutgoingEvent;
    await expect(destination.send([large], AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: 'export.unavailable',
    });
  });

  test('a document that is never taken is found; those before it count', async () => {
    const hook = await started();
    hook.answer = (_request, response) => answerAll(response, 3, [201, 400, 201]);
    const destination = await opened(hook, { body: 'bulk' });
    expect(await destination.send(eventsOf(3), AbortSignal.timeout(15_000))).toBe(1);
    hook.answer = (_request, response) => answerAll(response, 2, [400, 201]);
    await expect(destination.send(eventsOf(2, 1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
      code: 'export.rejected',
    });
  });
});

test('something that speaks no HTTP is unavailable', async () => {
  const server = createServer((socket) => socket.end('hello\n'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const destination = await openWebhook(
    { type: 'webhook', url, body: 'array', format: 'ocsf', headers: [] },
    testPorts(),
  );
  await expect(destination.send(eventsOf(1), AbortSignal.timeout(15_000))).rejects.toMatchObject({
    code: 'export.unavailable',
  });
  await destination.close();
});

test('an address that is itself a secret stands in no fault, and is refused in the clear', async () => {
  for (const url of [
    'http://siem.example.com/hooks/T0P-SECRET',
    'https://u:T0P-SECRET@siem.example.com/',
    'T0P-SECRET',
    'https://127.0.0.1:1/T0P-SECRET',
  ]) {
    const settings: WebhookSettings = {
      type: 'webhook',
      url: { env: 'URL' },
      body: 'array',
      format: 'ocsf',
      headers: [],
    };
    const destination = await openWebhook(settings, testPorts({ URL: url }));
    const fault: unknown = await destination
      .send(eventsOf(1), AbortSignal.timeout(15_000))
      .catch((thrown: unknown) => thrown);
    expect(fault).toBeInstanceOf(Error);
    expect(inspect(fault, { depth: 9 })).not.toContain('T0P-SECRET');
    await destination.close();
  }
});

function answerAll(response: ServerResponse, count: number, statuses: readonly number[] = []): void {
  const items = Array.from({ length: count }, (_, at) => ({ create: { status: statuses[at] ?? 201 } }));
  response.end(JSON.stringify({ items }));
}

async function started(): Promise<HookServer> {
  const hook = await hookServer();
  onTestFinished(() => hook.kill());
  return hook;
}

async function opened(hook: HookServer, settings: Partial<WebhookSettings>): Promise<Destination> {
  const destination = await openWebhook(settingsOf(hook, settings), testPorts(ENVIRONMENT));
  onTestFinished(() => destination.close());
  return destination;
}

function settingsOf(hook: HookServer, settings: Partial<WebhookSettings>, ca = hook.ca): WebhookSettings {
  return {
    type: 'webhook',
    url: hook.url,
    body: 'array',
    format: 'ocsf',
    headers: [{ name: 'Authorization', value: { secret: { env: 'TOKEN' }, scheme: 'Bearer' } }],
    tls: { ca: fileOf(ca) },
    ...settings,
  };
}

function fileOf(text: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-hook-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'ca.pem');
  writeFileSync(file, text);
  return file;
}

async function world(body: 'bulk' | 'array'): Promise<DestinationWorld> {
  const hook = await hookServer();
  return {
    open: (variant) =>
      openWebhook(
        settingsOf(
          hook,
          {
            body,
            ...(variant === 'wrong-login'
              ? {
                  headers: [{ name: 'Authorization', value: { secret: { env: 'WRONG' }, scheme: 'Bearer' } }],
                }
              : {}),
          },
          variant === 'wrong-authority' ? testAuthority('another').cert : hook.ca,
        ),
        testPorts(ENVIRONMENT),
      ),
    received: () => Promise.resolve(hook.taken),
    kill: () => hook.kill(),
    restart: () => hook.restart(),
    takeOnly(count) {
      hook.capacity = count;
      return Promise.resolve();
    },
    hang(isHanging) {
      hook.isHanging = isHanging;
      return Promise.resolve();
    },
    secrets: Object.values(ENVIRONMENT),
    close: () => hook.kill(),
  };
}
