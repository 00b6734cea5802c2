// Requests that two readers would read as two different ones: on raw sockets, with a host behind the proxy that would answer whatever came through.
import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { EgressWorld, host, LOOPBACK } from './world.ts';

const REFUSED: readonly (readonly [why: string, head: (place: string) => string])[] = [
  [
    'both Content-Length and Transfer-Encoding',
    (at) =>
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET http://${at}/hidden HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
  ],
  [
    'two Content-Lengths',
    (at) =>
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 0\r\nContent-Length: 5\r\n\r\nhello`,
  ],
  [
    'two equal Content-Lengths',
    (at) =>
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 5\r\nContent-Length: 5\r\n\r\nhello`,
  ],
  [
    'a Content-Length with a sign',
    (at) => `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nContent-Length: +5\r\n\r\nhello`,
  ],
  [
    'a Transfer-Encoding in an odd spelling',
    (at) => `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    'two Transfer-Encodings',
    (at) =>
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n`,
  ],
  [
    'a coding before chunked',
    (at) => `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n`,
  ],
  [
    'a name with a space before the colon',
    (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nTransfer-Encoding : chunked\r\n\r\n`,
  ],
  [
    'a folded line',
    (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nX-A: b\r\n Host: evil.test\r\n\r\n`,
  ],
  [
    'a bare carriage return',
    (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nX-A: b\rHost: evil.test\r\n\r\n`,
  ],
  ['bare line feeds', (at) => `GET http://${at}/ HTTP/1.1\nHost: ${at}\n\n`],
  ['a NUL in a header', (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nX-A: b\0c\r\n\r\n`],
  ['another Host than the URL', (at) => `GET http://${at}/ HTTP/1.1\r\nHost: evil.test\r\n\r\n`],
  [
    'another port in the Host',
    (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at.split(':')[0] ?? ''}:1\r\n\r\n`,
  ],
  ['two Hosts', (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nHost: evil.test\r\n\r\n`],
  ['no Host', (at) => `GET http://${at}/ HTTP/1.1\r\n\r\n`],
  ['a user in the Host', (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}@evil.test\r\n\r\n`],
  ['a path alone', (at) => `GET / HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['the asterisk form', (at) => `OPTIONS * HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['https as a plain request', (at) => `GET https://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['another scheme', (at) => `GET ftp://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['dots before an encoded slash', (at) => `GET http://${at}/api/..%2fadmin HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['dots encoded twice', (at) => `GET http://${at}/api/%252e%252e/admin HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['a fragment', (at) => `GET http://${at}/#@evil.test HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['the preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  [
    'an upgrade to HTTP/2',
    (at) =>
      `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
  ],
  [
    'an upgrade to a protocol nobody knows',
    (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: Upgrade\r\nUpgrade: bytes\r\n\r\n`,
  ],
  ['CONNECT with a body', (at) => `CONNECT ${at} HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 5\r\n\r\nhello`],
  [
    'CONNECT with another Host',
    (at) => `CONNECT ${at} HTTP/1.1\r\nHost: evil.test:${at.split(':')[1] ?? ''}\r\n\r\n`,
  ],
  ['CONNECT without a port', (at) => `CONNECT ${at.split(':')[0] ?? ''} HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  ['CONNECT to port 0', (at) => `CONNECT ${at.split(':')[0] ?? ''}:0 HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  [
    'CONNECT to a port past the last',
    (at) => `CONNECT ${at.split(':')[0] ?? ''}:65537 HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
  ],
  ['CONNECT to a URL', (at) => `CONNECT http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`],
  [
    'more header fields than may be',
    (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n${'X: y\r\n'.repeat(101)}\r\n`,
  ],
  [
    'a head that is too long',
    (at) => `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nX: ${'y'.repeat(40_000)}\r\n\r\n`,
  ],
  ['what is no HTTP', () => '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03'],
];

describe('is refused before anything is connected', () => {
  test.each(REFUSED)('%s', async (_why, write) => {
    const behind = await host();
    const world = await EgressWorld.open();
    const text = await world.raw(write(`127.0.0.1:${behind.port}`));
    expect(text).toMatch(/^HTTP\/1\.1 4\d\d /);
    expect(text.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(behind.connections).toBe(0);
    expect(world.entries()).toEqual([]);
    expect(Object.keys(await world.counted()).filter((code) => !code.startsWith('egress.'))).toEqual([]);
    expect(Object.keys(await world.counted()).length).toBeGreaterThan(0);
  });
});

describe('what goes on is one message, written anew', () => {
  test('headers of the connection and of the proxy stay here', async () => {
    const behind = await host();
    const world = await EgressWorld.open();
    const at = `127.0.0.1:${behind.port}`;
    await world.raw(
      `GET http://${at}/a/../b HTTP/1.1\r\nhOsT: ${at}\r\nConnection: close, X-Secret\r\nX-Secret: 1\r\nProxy-Connection: keep-alive\r\nTE: trailers\r\nX-Kept: 2\r\n\r\n`,
    );
    expect(behind.requests).toEqual(['GET /b']);
    const { headers } = behind.heads[0] ?? { headers: {} };
    expect(headers).toMatchObject({ host: at, 'x-kept': '2' });
    expect(headers).not.toHaveProperty('x-secret');
    expect(headers).not.toHaveProperty('proxy-connection');
    expect(headers).not.toHaveProperty('te');
  });

  test.each(['GET', 'DELETE', 'POST'])(
    'a body that nobody looks at is framed, whatever %s lists in Connection: nothing in it becomes a request',
    async (method) => {
      const behind = await host();
      const world = await EgressWorld.open({ egress: `${LOOPBACK}, unread: pass, limits: {body: 1KiB}` });
      const at = `127.0.0.1:${behind.port}`;
      const body = `GET /hidden HTTP/1.1\r\nHost: ${at}\r\n\r\n`.padEnd(5_000, 'x');
      const text = await world.raw(
        `${method} http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nConnection: close, Content-Length\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
      expect(text).toMatch(/^HTTP\/1\.1 200 /);
      expect(behind.requests).toEqual([`${method} /`]);
      expect(behind.bodies).toEqual([body]);
    },
  );

  test('what follows a WebSocket handshake waits until the host agreed, and goes nowhere where it does not', async () => {
    const behind = await host();
    const world = await EgressWorld.open();
    const at = `127.0.0.1:${behind.port}`;
    const hidden = `GET /hidden HTTP/1.1\r\nHost: ${at}\r\n\r\n`;
    for (const length of ['', `Content-Length: ${hidden.length}\r\n`]) {
      const text = await world.raw(
        `GET http://${at}/socket HTTP/1.1\r\nHost: ${at}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${length}\r\n${hidden}`,
      );
      expect(text.match(/HTTP\/1\.1 \d+/g)).toHaveLength(1);
      expect(text).not.toMatch(/^HTTP\/1\.1 101 /);
    }
    expect(behind.requests.filter((request) => request !== 'GET /socket')).toEqual([]);
  });

  test('two requests on one connection are two attempts, also to two hosts', async () => {
    const one = await host('127.0.0.1');
    const two = await host('127.0.0.2');
    const world = await EgressWorld.open();
    const text = await world.raw(
      `GET http://127.0.0.1:${one.port}/ HTTP/1.1\r\nHost: 127.0.0.1:${one.port}\r\n\r\n` +
        `GET http://127.0.0.2:${two.port}/ HTTP/1.1\r\nHost: 127.0.0.2:${two.port}\r\nConnection: close\r\n\r\n`,
    );
    expect(text).toContain('hello from 127.0.0.1');
    expect(text).toContain('hello from 127.0.0.2');
    expect(world.entries().filter((entry) => entry === 'decision allow')).toHaveLength(2);
  });

  test('a refused request is not followed by another on its connection', async () => {
    const behind = await host();
    const world = await EgressWorld.open({ egress: '' });
    const at = `127.0.0.1:${behind.port}`;
    const text = await world.raw(
      `POST http://${at}/ HTTP/1.1\r\nHost: ${at}\r\nContent-Length: 2\r\n\r\nok` +
        `GET http://${at}/ HTTP/1.1\r\nHost: ${at}\r\n\r\n`,
    );
    expect(text.match(/HTTP\/1\.1 403/g)).toHaveLength(1);
    expect(behind.connections).toBe(0);
  });

  test('a host that begins another protocol unasked is not let', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nanything',
        ),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    const world = await EgressWorld.open();
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const { status, text } = await world.get(`http://127.0.0.1:${port}/`);
    expect(status).toBe(502);
    expect(text).not.toContain('anything');
    await vi.waitFor(() => expect(world.entries()).toEqual(['decision allow', 'outcome failed']));
  });

  test('a host that answers with both lengths is not believed', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => {});
      socket.once('data', () =>
        socket.end(
          'HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nHTTP/1.1 200 OK\r\n\r\n',
        ),
      );
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
    const world = await EgressWorld.open();
    expect((await world.get(`http://127.0.0.1:${port}/`)).status).toBe(502);
    server.close();
  });
});
