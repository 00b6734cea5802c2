/** Servers over TLS: who they are is checked, and who the gateway is can be. */
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { TLSSocket } from 'node:tls';
import { expect, onTestFinished, test } from 'vitest';
import { testAuthority } from '../../../../scripts/testing/certificate-authority.ts';
import { resultOf, Session } from './session.ts';

const LOOPBACK = [127, 0, 0, 1];
const authority = testAuthority('servers');
const stranger = testAuthority('strangers');
const folder = mkdtempSync(join(tmpdir(), 'writ-tls-'));

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  chmodSync(path, mode);
  return path;
}

const ca = file('ca.pem', authority.cert);

/** A server that answers with the subject of the certificate that it was shown, and asks for one where `wants`. */
async function secure(issued = authority.issue({ address: LOOPBACK }), wants = false): Promise<string> {
  const server = createServer(
    { ...issued, ca: authority.cert, requestCert: wants, rejectUnauthorized: wants },
    (request, response) => {
      void text(request).then((body) => {
        const { id } = JSON.parse(body) as { id: number };
        const { subject } = (request.socket as TLSSocket).getPeerCertificate();
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify({ jsonrpc: '2.0', id, result: { shown: subject?.CN ?? 'nothing' } }));
      });
    },
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `https://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`;
}

const open = (url: string, tls?: object): Session =>
  new Session({ name: 's', url, era: 'modern', ...(tls === undefined ? {} : { tls }) }, { era: 'modern' });

test('a server whose certificate is of the named authority is spoken to', async () => {
  expect(resultOf(await open(await secure(), { ca }).modern('tools/list'))).toStrictEqual({
    shown: 'nothing',
  });
});

test.each([
  ['an authority that nobody named', undefined, authority.issue({ address: LOOPBACK })],
  ['another authority', { ca }, stranger.issue({ address: LOOPBACK })],
  ['another address', { ca }, authority.issue({ address: [127, 0, 0, 2] })],
])('a certificate of %s is refused, and nothing is sent', async (_what, tls, issued) => {
  const failed = open(await secure(issued), tls).modern('tools/list');
  await expect(failed).rejects.toMatchObject({
    code: 'upstream.closed',
    message: expect.stringMatching(/\((?:[A-Z_]*CERT[A-Z_]*|UNABLE_TO_[A-Z_]*)\)$/),
  });
});

test('a server that asks who the gateway is sees its certificate', async () => {
  const { cert, key } = authority.issue({ uris: ['spiffe://writ/gateway'] });
  const tls = { ca, cert: file('cert.pem', cert), key: file('key.pem', key) };
  const url = await secure(undefined, true);
  expect(resultOf(await open(url, tls).modern('tools/list'))).toStrictEqual({ shown: 'test' });
  await expect(open(url, { ca }).modern('tools/list')).rejects.toMatchObject({ code: 'upstream.closed' });
});

test('files that are missing, or a key that others may read, end the start', () => {
  const { cert, key } = authority.issue({});
  const pair = { cert: file('c.pem', cert), key: file('open.pem', key, 0o644) };
  expect(() => open('https://127.0.0.1/', pair)).toThrow(
    expect.objectContaining({ code: 'key.permissions' }),
  );
  expect(() => open('https://127.0.0.1/', { ca: join(folder, 'none') })).toThrow(
    expect.objectContaining({ code: 'config.unreadable' }),
  );
});
