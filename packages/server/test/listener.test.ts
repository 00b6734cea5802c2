// What comes over the wire: requests as no client of ours writes them, against a listener.
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { listen, type Listening } from '../src/http/index.ts';
import { openWorld, type World } from './world.ts';

let world: World;
let listening: Listening;
/** The status of each response that was begun. */
let answered: number[];

beforeAll(async () => {
  const opened = await openWorld('sqlite');
  if (opened === undefined) throw new Error('SQLite is always there');
  world = opened;
  listening = await listen({
    port: 0,
    async fetch(request) {
      const response = await world.api.fetch(request);
      answered.push(response.status);
      return response;
    },
  });
});
beforeEach(() => {
  answered = [];
});
afterAll(async () => {
  await listening?.close(0);
  await world?.close();
});
afterEach(() => {
  // oxlint-disable-next-line vitest/no-standalone-expect -- of every test: no request is a fault of the server
  expect(world?.faults).toEqual([]);
});

function open(): Socket {
  return connect(Number(new URL(listening.url).port), '127.0.0.1');
}

/** Sends `text` as it stands; what came back until the server closed, which the last request asks for. */
async function sent(text: string): Promise<string> {
  const socket = open();
  let came = '';
  socket.on('data', (data: Buffer) => (came += data.toString()));
  socket.on('error', () => undefined);
  const closed = once(socket, 'close');
  socket.write(text);
  await closed;
  return came;
}

const as = (): string => `Host: a\r\nAuthorization: Bearer ${world.people.admin.token}\r\n`;
const LAST = 'GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n';
const statusesOf = (text: string): number[] =>
  [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status));

test.each([
  ['that nobody reads, because there is no such path', 'POST /nothing', 404],
  ['that nobody reads, because the sender is unknown', 'POST /v1/teams', 401],
  ['of a request that has none', 'GET /livez', 200],
])('a body %s is no request of its own', async (_why, line, status) => {
  const inner = 'GET /v1/sign-in HTTP/1.1\r\nHost: a\r\n\r\n';
  const came = await sent(
    `${line} HTTP/1.1\r\nHost: a\r\nContent-Length: ${inner.length}\r\n\r\n${inner}${LAST}`,
  );
  expect(statusesOf(came)).toEqual([status, 200]);
});

test.each([
  ['two ways to say how long it is', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  ['two lengths', 'Content-Length: 0\r\nContent-Length: 5\r\n\r\n'],
  ['a length that is none', 'Content-Length: 0x5\r\n\r\n'],
  ['a header that goes on in the next line', 'X-A: b\r\n c: d\r\nContent-Length : 0\r\n\r\n'],
])('a request with %s is refused before anybody looks at it', async (_why, rest) => {
  const came = await sent(`POST /v1/teams HTTP/1.1\r\n${as()}${rest}${LAST}`);
  expect(statusesOf(came)).toEqual([400]);
  expect(answered).toEqual([]);
});

test.each([
  ['names another host', 'Host: evil.example', '/v1/me'],
  ['names another host in its first line', 'Host: a', 'http://evil.example/v1/me'],
  [
    'says that it was forwarded',
    'Host: a\r\nX-Forwarded-Host: evil.example\r\nX-Forwarded-Proto: http\r\nX-Forwarded-For: 127.0.0.1\r\nForwarded: for=127.0.0.1;host=evil.example',
    '/v1/me',
  ],
  [
    'asks for another method or path in a header',
    'Host: a\r\nX-HTTP-Method-Override: DELETE\r\nX-Original-URL: /v1/organisation\r\nX-Rewrite-URL: /livez',
    '/v1/me',
  ],
])('a request that %s is answered as any other', async (_why, host, path) => {
  const { token, id } = world.people.reader;
  const came = await sent(
    `GET ${path} HTTP/1.1\r\n${host}\r\nAuthorization: Bearer ${token}\r\nConnection: close\r\n\r\n`,
  );
  expect(statusesOf(came)).toEqual([200]);
  expect(came).toContain(id);
  expect(came).not.toContain('evil.example');
});

test('a link that is made for a request with another host leads to the plane', async () => {
  const { body } = await world.send('POST', '/v1/people', {
    as: world.people.admin,
    body: { name: 'Bob', roles: ['reader'] },
  });
  const came = await sent(
    `POST /v1/people/${body.id}/invitation HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\nIdempotency-Key: host\r\n` +
      `Authorization: Bearer ${world.people.admin.token}\r\nConnection: close\r\n\r\n`,
  );
  expect(statusesOf(came)).toEqual([201]);
  expect(came).toContain('"url":"https://plane.example.org/sign-in#link=');
});

test('whoever leaves in the middle of a body is no fault of the server', async () => {
  const socket = open();
  socket.write(`POST /v1/teams HTTP/1.1\r\n${as()}Content-Length: 5000\r\nExpect: 100-continue\r\n\r\n`);
  await once(socket, 'data');
  socket.destroy();
  await expect.poll(() => answered).toEqual([400]);
});

test('the body of somebody who is unknown is not waited for', async () => {
  const came = once(
    open().on('connect', function (this: Socket) {
      this.write('POST /v1/teams HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n{');
    }),
    'data',
  );
  expect(statusesOf(String((await came)[0]))).toEqual([401]);
});

test('whoever asks for the head of a stream listens to nothing, and takes nobody’s place', async () => {
  // More than may listen at once.
  for (let count = 0; count < 401; count += 1) {
    const response = await world.api.fetch(
      new Request(`${world.plane.url}/v1/events`, {
        method: 'HEAD',
        headers: { authorization: `Bearer ${world.people.reader.token}` },
      }),
    );
    expect(response.status).toBe(200);
  }
  const response = await world.api.fetch(
    new Request(`${world.plane.url}/v1/events`, {
      headers: { authorization: `Bearer ${world.people.reader.token}` },
    }),
  );
  expect(response.status).toBe(200);
  await response.body?.cancel();
});

test.each(['//v1/me', '/v1//me', '/v1/me/', '/V1/me', '/v1/me;a=b', '/v1/me%2f', '/v1/teams%2f..%2fme'])(
  '%s is another path, not the same in other letters',
  async (path) => {
    const came = await sent(`GET ${path} HTTP/1.1\r\n${as()}Connection: close\r\n\r\n`);
    expect(statusesOf(came)).toEqual([404]);
  },
);

test.each(['TRACE', 'PROPFIND', 'OPTIONS'])('%s is no method here', async (method) => {
  const came = await sent(`${method} /v1/me HTTP/1.1\r\n${as()}Connection: close\r\n\r\n`);
  expect(statusesOf(came)).toEqual([405]);
  expect(came.toLowerCase()).not.toContain('access-control');
});
