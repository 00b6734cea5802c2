// What the control plane is spoken to over, and who is believed to be it: tried against real listeners.
import { createHash, X509Certificate } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';
import {
  createSigningKey,
  parsePublicKey,
  publicKeyText,
  readNodeProof,
  systemClock,
  systemRandom,
  verifyNodeProof,
} from '@writ/core';
import { afterEach, describe, expect, test } from 'vitest';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';
import { createPlaneClient, type PlaneClient, type PlaneClientOptions } from './index.ts';

const AUTHORITY = testAuthority('plane authority');
const CERTIFICATE = AUTHORITY.issue({ address: [127, 0, 0, 1] });
const pinOf = (pem: string): string =>
  createHash('sha256')
    .update(new X509Certificate(pem).publicKey.export({ type: 'spki', format: 'der' }))
    .digest('base64');

const servers: { close(): void; closeAllConnections(): void }[] = [];
const clients: PlaneClient[] = [];
/** Requests that came through to the application. */
let reached: {
  readonly method: string;
  readonly url: string;
  readonly authorization?: string | undefined;
}[] = [];

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
  reached = [];
});

async function listening(tls?: ServerOptions, body = 'hello', status = 200): Promise<string> {
  const answer: Parameters<typeof createServer>[1] = (request, response) => {
    reached.push({
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
    });
    response.writeHead(status, { etag: '"7"', location: '/elsewhere' }).end(body);
  };
  const server: Server = tls === undefined ? createServer(answer) : createTlsServer(tls, answer);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
  const { port } = server.address() as AddressInfo;
  return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${port}`;
}

function client(url: string, more: Partial<PlaneClientOptions> = {}): PlaneClient {
  const made = createPlaneClient({ url, clock: systemClock, random: systemRandom, ...more });
  clients.push(made);
  return made;
}

const ASK = { method: 'GET', path: '/v1/node/bundle?wait=1' } as const;

describe('the control plane', () => {
  test.each([
    'http://plane.example.org',
    'http://10.0.0.1:8080',
    'http://127.0.0.1.example.org',
    'http://[::ffff:10.0.0.1]',
    'ftp://127.0.0.1',
    'https://user:secret@plane.example.org',
    'https://plane.example.org/below',
  ])('is not spoken to at %s', (url) => {
    expect(() => client(url)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
  });

  test('is spoken to in the clear on the loopback interface', async () => {
    const answer = await client(await listening()).send(ASK);
    expect([answer.status, answer.headers['etag'], Buffer.from(answer.body).toString()]).toEqual([
      200,
      '"7"',
      'hello',
    ]);
  });

  test('is believed under the authority that it was given, and under no other', async () => {
    const url = await listening(CERTIFICATE);
    expect((await client(url, { ca: AUTHORITY.cert }).send(ASK)).status).toBe(200);
    expect(reached).toHaveLength(1);
    // Without one, the system's authorities count, and none of them knows this one.
    await expect(client(url).send(ASK)).rejects.toMatchObject({ code: 'upstream.closed' });
    const other = testAuthority('plane authority').cert;
    await expect(client(url, { ca: other }).send(ASK)).rejects.toMatchObject({ code: 'upstream.closed' });
    expect(reached).toHaveLength(1);
  });

  test('is believed under the key that is pinned, and under no other that the authority vouches for', async () => {
    const url = await listening(CERTIFICATE);
    const ca = AUTHORITY.cert;
    const other = pinOf(AUTHORITY.issue({ address: [127, 0, 0, 1] }).cert);
    expect((await client(url, { ca, pins: [other, pinOf(CERTIFICATE.cert)] }).send(ASK)).status).toBe(200);
    await expect(client(url, { ca, pins: [other] }).send(ASK)).rejects.toMatchObject({
      code: 'upstream.closed',
    });
    // A pin stands beside the authority, not in its place.
    await expect(client(url, { pins: [pinOf(CERTIFICATE.cert)] }).send(ASK)).rejects.toMatchObject({
      code: 'upstream.closed',
    });
    expect(reached).toHaveLength(1);
    expect(() => client(url, { pins: ['sha256'] })).toThrow(
      expect.objectContaining({ code: 'config.invalid' }),
    );
  });

  test('of another name is not believed', async () => {
    const elsewhere = AUTHORITY.issue({ address: [127, 0, 0, 2] });
    await expect(client(await listening(elsewhere), { ca: AUTHORITY.cert }).send(ASK)).rejects.toMatchObject({
      code: 'upstream.closed',
    });
    expect(reached).toEqual([]);
  });

  test('is shown a proof over exactly what is sent, fresh each time', async () => {
    const { key } = createSigningKey('node', systemRandom);
    const identity = {
      organisation: '01ARZ3NDEKTSV4RRFFQ69G5FAV',
      node: '01BX5ZZKBKACTAV9WEVGEMMVRZ',
      signer: key,
    };
    const url = await listening();
    const speaker = client(url, { identity });
    const body = Buffer.from('{"a":1}');
    await speaker.send({ method: 'POST', path: '/v1/node/heartbeat', body });
    await speaker.send({ method: 'POST', path: '/v1/node/heartbeat', body });
    const [first, second] = reached.map(({ authorization = '' }) => readNodeProof(authorization));
    expect(first?.nonce).not.toBe(second?.nonce);
    const request = { method: 'POST', url: `${url}/v1/node/heartbeat`, body };
    const { publicKey } = parsePublicKey(publicKeyText(key));
    const check = { publicKey, now: systemClock.now() };
    expect(() => verifyNodeProof(first!, { request, ...check })).not.toThrow();
    expect(() => verifyNodeProof(first!, { request: { ...request, method: 'PUT' }, ...check })).toThrow(
      'another request',
    );
  });

  test('leads nowhere else: redirects are answers, and no request leaves its address', async () => {
    const speaker = client(await listening(undefined, '', 307));
    expect((await speaker.send(ASK)).status).toBe(307);
    await expect(speaker.send({ method: 'GET', path: '//127.0.0.2/x' })).rejects.toMatchObject({
      code: 'upstream.protocol',
    });
    expect(reached).toHaveLength(1);
  });

  test('that answers too much is cut off', async () => {
    const speaker = client(await listening(undefined, 'x'.repeat(100_000)));
    await expect(speaker.send({ ...ASK, maxBytes: 1_000 })).rejects.toMatchObject({
      code: 'upstream.protocol',
    });
  });
});
