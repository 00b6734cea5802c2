// A node follows the stops of a control plane over HTTP: what it throws, what nobody makes it let go of, and how often it asks.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  admit,
  createMemoryLog,
  type EntryDraft,
  type KillPlace,
  type OpenLog,
  releaseKill,
  systemClock,
  systemRandom,
  throwKill,
} from '@writ/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  createPlaneClient,
  followStops,
  type PlaneClient,
  type StopFollower,
} from '../../src/plane/index.ts';
import { NODE } from './world.ts';

const STOP = '01ARZ3NDEKTSV4RRFFQ69G5FAV';
const OTHER_STOP = '01ARZ3NDEKTSV4RRFFQ69G5FAW';
/** How often a node looks at its own switches, in milliseconds. */
const LOOK_MS = 1_000;
const EVENTUALLY = { timeout: 20_000, interval: 5 };

interface Told {
  readonly stop?: string;
  readonly scope: string;
  readonly target: string;
}
type Answer = (request: IncomingMessage, response: ServerResponse) => void;

let log: OpenLog;
let place: KillPlace;
let server: Server;
let url: string;
let open: { readonly client: PlaneClient; readonly follower: StopFollower }[];
let reports: string[];
let pauses: number[];
let asked: (string | undefined)[];
let answer: Answer;
/** Those that wait to look. */
let looks: (() => void)[];

beforeEach(async () => {
  [open, reports, pauses, asked, looks] = [[], [], [], [], []];
  log = createMemoryLog({
    origin: 'edge.example/one',
    tenant: 'local',
    node: NODE,
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
    bodyKey: { keyId: 'k', key: systemRandom.bytes(32) },
  });
  place = {
    state: log.state,
    reader: log.reader,
    append: (detail, rest: Partial<EntryDraft>) =>
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
  server = createServer((request, response) => {
    asked.push(request.headers['if-none-match']);
    answer(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  for (const look of looks) look();
  await Promise.all(open.map(({ follower }) => follower.close()));
  for (const { client } of open) client.close();
  server.closeAllConnections();
  server.close();
  await once(server, 'close');
  await log.close();
});

/** One process of the node. It looks at its own switches when the test says so. */
function follow(over: KillPlace = place): StopFollower {
  const client = createPlaneClient({ url, clock: systemClock, random: systemRandom });
  const follower = followStops({
    client,
    place: { ...over, state: log.state },
    report: (line) => reports.push(line),
    pause(ms, signal) {
      pauses.push(ms);
      return new Promise((resolve) => {
        if (signal.aborted) return resolve();
        signal.addEventListener('abort', () => resolve(), { once: true });
        if (ms === LOOK_MS) looks.push(resolve);
        else setImmediate(resolve);
      });
    },
  });
  open.push({ client, follower });
  return follower;
}

function look(): void {
  for (const one of looks.splice(0)) one();
}

/** Tells `items` under `tag`, and holds whoever has them. */
function tells(items: readonly Told[], tag = '"1"'): Answer {
  return (request, response) => {
    if (request.headers['if-none-match'] === tag) return;
    const body = JSON.stringify({
      items: items.map((item) => ({ stop: STOP, reason: 'manual', words: 'drift seen', ...item })),
    });
    response.writeHead(200, { etag: tag, 'content-type': 'application/json' }).end(body);
  };
}

const refusal = (id = 'bot', tool = 'bank/pay'): string | undefined =>
  admit(log.state, { agent: { id }, chain: [] }, [
    {
      action: { name: 'tools/call' },
      resource: { type: 'tool', id: tool, server: tool.slice(0, tool.indexOf('/')) },
    },
  ])?.code;
const until = (isTrue: () => boolean) => expect.poll(isTrue, EVENTUALLY).toBe(true);

describe('a node', () => {
  test('says that it was asked once all that was told is in force', async () => {
    answer = tells([{ scope: 'agent', target: 'bot' }]);
    await follow().asked;
    expect(refusal()).toBe('kill.agent');
  });

  test.each<[string, Answer]>([
    ['an error', (_request, response) => void response.writeHead(500).end('no')],
    [
      'a redirect to nothing',
      (_request, response) => void response.writeHead(302, { location: '/v1' }).end(),
    ],
    ['a page', (_request, response) => void response.writeHead(200, { etag: '"9"' }).end('<html>')],
    [
      'something else',
      (_request, response) => void response.writeHead(200, { etag: '"9"' }).end('{"items":{}}'),
    ],
    [
      'more than it reads',
      (_request, response) => void response.writeHead(200, { etag: '"9"' }).end(Buffer.alloc(5_000_000, 32)),
    ],
    [
      'half of it',
      (_request, response) => {
        response.writeHead(200, { etag: '"9"', 'content-length': 100 }).write('{"items":[]');
        response.destroy();
      },
    ],
    ['that nothing changed since it never said', (_request, response) => void response.writeHead(304).end()],
    ['nothing', (_request, response) => void response.destroy()],
    ['a stop of another planet', tells([{ scope: 'planet', target: 'earth' }], '"9"')],
  ])('that is answered %s lets go of nothing, and says so once', async (_what, answers) => {
    answer = tells([{ scope: 'agent', target: 'bot' }]);
    const first = follow();
    await first.asked;
    await first.close();
    [asked, reports] = [[], []];
    answer = answers;
    follow();
    await until(() => asked.length > 2);
    look();
    expect(refusal()).toBe('kill.agent');
    expect(reports).toHaveLength(1);
    expect(reports[0]).toContain('not followed');
    // It never says of those that they are in force.
    expect(asked.every((tag) => tag === undefined)).toBe(true);
  });

  test('asks again at its own pace, however fast it is answered', async () => {
    let count = 0;
    answer = (request, response) => tells([], `"${(count += 1)}"`)(request, response);
    follow();
    await until(() => asked.length > 10);
    const between = pauses.filter((ms) => ms !== LOOK_MS);
    expect(between.length).toBeGreaterThanOrEqual(asked.length - 1);
    expect(Math.min(...between)).toBeGreaterThanOrEqual(50);
  });

  test('throws every switch that it can, where one cannot be thrown', async () => {
    answer = tells([
      { scope: 'agent', target: 'unwritable' },
      { scope: 'server', target: 'bank' },
    ]);
    const failing: KillPlace = {
      ...place,
      append: (detail, rest) =>
        rest.committed?.['target'] === 'unwritable'
          ? Promise.reject(new Error('no such text'))
          : place.append(detail, rest),
    };
    await follow(failing).asked;
    expect(refusal()).toBe('kill.server');
    await until(() => asked.length > 2);
    expect(reports).toEqual(['the stops of the control plane are not followed: no such text']);
    expect(asked.every((tag) => tag === undefined)).toBe(true);
  });

  test('throws what it knows of an answer that has more in it', async () => {
    answer = tells([
      { scope: 'planet', target: 'earth' },
      { scope: 'tool', target: 'bank/pay' },
    ]);
    await follow().asked;
    expect(refusal()).toBe('kill.tool');
    expect(reports.join()).toContain('does not know');
  });

  test('lets go of what the control plane lifted, and of nothing that somebody threw here meanwhile', async () => {
    answer = tells([
      { scope: 'agent', target: 'bot' },
      { scope: 'agent', target: 'other' },
    ]);
    const follower = follow();
    await follower.asked;
    await throwKill(place, { scope: 'agent', id: 'other', reason: 'manual', words: 'ours' });
    await follower.close();
    answer = tells([], '"2"');
    await follow().asked;
    expect(refusal('bot')).toBeUndefined();
    expect(refusal('other')).toBe('kill.agent');
  });
});

describe('of two processes of a node', () => {
  test('the one that did not hear of a stop yet does not let go of what the other threw, and asks anew', async () => {
    answer = tells([], '"0"');
    await follow().asked;
    await until(() => asked.at(-1) === '"0"');
    // The first is held; the second hears of a stop.
    answer = tells([{ scope: 'agent', target: 'bot' }]);
    await follow().asked;
    expect(refusal()).toBe('kill.agent');
    const [before, kills] = [asked.length, log.reader.size()];
    look();
    await until(() => asked.length > before);
    expect(refusal()).toBe('kill.agent');
    await until(() => asked.filter((tag) => tag === '"1"').length === 2);
    expect(log.reader.size()).toBe(kills);
  });

  test('the one whose answer is older than a stop does not lift it', async () => {
    const slow = Promise.withResolvers<ServerResponse>();
    answer = (_request, response) => slow.resolve(response);
    const late = follow();
    const response = await slow.promise;
    answer = tells([{ stop: OTHER_STOP, scope: 'agent', target: 'bot' }]);
    await follow().asked;
    response.writeHead(200, { etag: '"old"' }).end('{"items":[]}');
    await late.asked;
    expect(refusal()).toBe('kill.agent');
    const releases = Array.from({ length: log.reader.size() }, (_, at) => log.reader.entry(at).entry).filter(
      (entry) => entry.kind === 'kill' && entry.kill.action === 'unkill',
    );
    expect(releases).toEqual([]);
  });

  test('what somebody lets go of is thrown again by either', async () => {
    answer = tells([{ scope: 'agent', target: 'bot' }]);
    await follow().asked;
    await follow().asked;
    await releaseKill(place, { scope: 'agent', id: 'bot', reason: 'manual', words: 'mine' });
    look();
    await until(() => refusal() === 'kill.agent');
  });
});
