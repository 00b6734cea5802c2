// A node follows the bundle of a control plane over HTTP: what it takes, what it refuses, and what it counts as contact.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signBundle, systemClock, systemRandom } from '@writ/core';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import {
  type BundleFollower,
  createPlaneClient,
  followBundle,
  type PlaneClient,
} from '../../src/plane/index.ts';
import {
  contentOf,
  FORBIDS,
  PERMITS,
  type PlaneWorld,
  planeWorld,
  signed,
  STRANGER,
  verified,
} from './world.ts';

let here: PlaneWorld;
let server: Server;
let client: PlaneClient;
let follower: BundleFollower | undefined;
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let reloads = 0;
let asked: { readonly url: string; readonly tag: string | undefined }[];

beforeEach(async () => {
  asked = [];
  reloads = 0;
  here = await planeWorld();
  server = createServer((request, response) => {
    asked.push({ url: request.url ?? '', tag: request.headers['if-none-match'] });
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  client = createPlaneClient({ url: `http://127.0.0.1:${port}`, clock: systemClock, random: systemRandom });
});
afterEach(async () => {
  await follower?.close();
  follower = undefined;
  client.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await here.close();
});

function follow(isPaused = true): BundleFollower {
  const { source, policy } = here.process;
  follower = followBundle(
    {
      client,
      source,
      cache: here.cache,
      clock: here.world.clock,
      reload() {
        reloads += 1;
        return policy.reload();
      },
      report: (line) => here.reports.push(line),
      pause: () => new Promise((resolve) => setImmediate(resolve)),
    },
    isPaused,
  );
  return follower;
}

/** Answers with `envelope` under `tag`, and 304 to whoever has it. */
function serves(envelope: string, tag = '"1"', shadow?: string) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    if (request.headers['if-none-match'] === tag) return void response.writeHead(304).end();
    const body = `{"bundle": ${envelope}${shadow === undefined ? '' : `, "shadow": ${shadow}`}}`;
    response.writeHead(200, { etag: tag, 'content-type': 'application/json' }).end(body);
  };
}

const now = (): number => here.world.clock.now();
const verdict = async (): Promise<string> => (await here.pay()).verdict;

describe('a node', () => {
  test('takes a bundle that verifies, is asked for it no more while it has it, and starts with it offline', async () => {
    answer = serves(signed(now(), PERMITS));
    expect(await verdict()).toBe('deny');
    expect(await follow().pull()).toBe(true);
    expect(await verdict()).toBe('allow');
    expect(await follower?.pull()).toBe(true);
    expect(asked.map(({ tag }) => tag)).toEqual([undefined, '"1"']);
    await here.restart();
    expect(await verdict()).toBe('allow');
  });

  test.each<[string, () => string]>([
    [
      'that was tampered with',
      () =>
        signed(now(), FORBIDS, { version: 2, previous: 'a'.repeat(64) }).replace(/"sig": "../, '"sig": "AA'),
    ],
    ['of a key that is no anchor', () => signBundle(contentOf(now(), FORBIDS), [STRANGER])],
    ['of another environment', () => signed(now(), FORBIDS, { environment: 'staging' })],
    ['that follows another history', () => signed(now(), FORBIDS, { version: 2, previous: 'b'.repeat(64) })],
    ['that is none', () => '{"permit": "all"}'],
  ])(
    'refuses one %s: what was in force stays, is not overwritten on disk, and nothing counts as contact',
    async (_what, next) => {
      const good = signed(now(), PERMITS);
      answer = serves(good);
      await follow().pull();
      const before = here.cache.read('bundle');
      const contact = here.cache.contact(now());
      here.world.clock.advance(5_000);
      answer = serves(next(), '"2"');
      expect(await follower?.pull()).toBe(false);
      expect(await verdict()).toBe('allow');
      expect(here.cache.read('bundle')).toBe(before);
      expect(here.cache.contact(now())).toBe(contact);
      expect(here.reports.at(-1)).toContain('is not taken');
      // Nor does the server get away with saying that it has not changed.
      answer = (_request, response) => void response.writeHead(304).end();
      expect(await follower?.pull()).toBe(false);
    },
  );

  test('does not go back to an older one, whatever the server serves', async () => {
    const first = signed(now(), PERMITS);
    answer = serves(signed(now(), FORBIDS, { version: 2, previous: verified(first).hash }));
    await follow().pull();
    expect(await verdict()).toBe('deny');
    answer = serves(first, '"3"');
    expect(await follower?.pull()).toBe(false);
    expect(await verdict()).toBe('deny');
  });

  test.each([
    ['an error', (response: ServerResponse) => void response.writeHead(503).end()],
    ['a redirect', (response: ServerResponse) => void response.writeHead(302, { location: '/x' }).end()],
    ['nothing', (response: ServerResponse) => void response.destroy()],
    ['a page', (response: ServerResponse) => void response.writeHead(200).end('<html>')],
    ['304 to what was never had', (response: ServerResponse) => void response.writeHead(304).end()],
  ])('that is answered %s counts it as no contact', async (_what, answers) => {
    answer = (_request, response) => answers(response);
    expect(await follow().pull()).toBe(false);
    expect(here.cache.contact(now())).toBeUndefined();
  });

  test('under fail_closed is closed while nobody answers, and opens when somebody does', async () => {
    const envelope = signed(now(), PERMITS, { offline: 'fail_closed' });
    answer = serves(envelope);
    await follow().pull();
    expect(await verdict()).toBe('allow');
    here.world.clock.advance(90_001);
    expect(await verdict()).toBe('deny');
    expect(await follower?.pull()).toBe(true);
    // Nothing changed there, and it is taken up again all the same: no call has to find out.
    expect([asked.at(-1)?.tag, reloads]).toEqual(['"1"', 2]);
    expect(await verdict()).toBe('allow');
    expect(await follower?.pull()).toBe(true);
    expect(reloads).toBe(2);
  });

  test('waits at the server for what comes next, and has it as soon as it is there', async () => {
    const first = signed(now(), PERMITS);
    const second = signed(now(), FORBIDS, { version: 2, previous: verified(first).hash });
    let waiting: ServerResponse | undefined;
    answer = (request, response) => {
      if (request.headers['if-none-match'] === '"1"' && waiting === undefined) waiting = response;
      else if (request.headers['if-none-match'] === '"2"') return;
      else serves(first)(request, response);
    };
    follow(false);
    await vi.waitFor(() => expect(waiting).toBeDefined(), { timeout: 20_000 });
    expect(asked.at(-1)?.url).toBe('/v1/node/bundle?wait=25');
    expect(await verdict()).toBe('allow');
    waiting?.writeHead(200, { etag: '"2"' }).end(`{"bundle": ${second}}`);
    await vi.waitFor(async () => expect(await verdict()).toBe('deny'), { timeout: 20_000 });
  });

  test('lets a candidate answer beside, and it decides nothing', async () => {
    const first = signed(now(), PERMITS);
    const candidate = signed(now(), FORBIDS, { version: 2, previous: verified(first).hash });
    answer = serves(first, '"1"', candidate);
    await follow().pull();
    const { verdict: decided, receipt = '' } = await here.pay();
    expect(decided).toBe('allow');
    const { entry } = here.world.log.reader.entry(Number(receipt.split('#')[1]));
    expect(entry).toMatchObject({ decision: { shadow: { status: 'differs', verdict: 'deny' } } });
    // The floor is that of what was in force: the candidate may still be given up.
    answer = serves(first, '"2"');
    expect(await follower?.pull()).toBe(true);
    expect(here.process.policy.shadow()).toBeUndefined();
  });
});
