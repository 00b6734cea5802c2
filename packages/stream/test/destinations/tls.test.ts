// Destinations over TLS: 1.2 or later, whatever the process that sends would take by default.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type SecureVersion, TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

/** The program that makes certificates. */
const OPENSSL = 'openssl';
const OLD = 'DEFAULT@SECLEVEL=0';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-stream-tls-'));
  const asked = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=receiver'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const name = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(OPENSSL, ['req', ...asked, ...name, ...files], { stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const targetOf = (type: string, port: number): object => {
  const tls = { ca: join(folder, 'cert.pem') };
  const address = `127.0.0.1:${port}`;
  const of: Readonly<Record<string, object>> = {
    webhook: { url: `https://${address}/`, body: 'array', headers: [] },
    otlp: { url: `https://${address}/`, signals: ['logs'], headers: [] },
    syslog: { host: '127.0.0.1', port },
    nats: { servers: [address], stream: 'S', subject: 'writ' },
    kafka: { brokers: [address], topic: 'writ' },
  };
  return { type, format: 'ocsf', tls, ...of[type] };
};

/** What a sender says of a receiver that speaks nothing later than `maxVersion`, and what the two agreed on, each time. */
async function sentTo(
  type: string,
  maxVersion: SecureVersion,
): Promise<{ readonly said: string; readonly agreed: readonly (string | null)[] }> {
  const agreed: (string | null)[] = [];
  const sockets = new Set<Socket>();
  const certificate = {
    cert: readFileSync(join(folder, 'cert.pem')),
    key: readFileSync(join(folder, 'key.pem')),
  };
  const server = createServer((plain) => {
    sockets.add(plain);
    plain.on('error', () => undefined);
    // The only one that says something before it is secure.
    if (type === 'nats')
      plain.write('INFO {"server_id":"A","version":"2.11.0","max_payload":1048576,"tls_required":true}\r\n');
    const tls = { minVersion: 'TLSv1', maxVersion, ciphers: OLD } as const;
    const socket = new TLSSocket(plain, { isServer: true, ...certificate, ...tls });
    socket.on('secure', () => {
      agreed.push(socket.getProtocol());
      socket.destroy();
    });
    socket.on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const child = spawn(
    process.execPath,
    [
      // A process that takes everything: what refuses is what the destination asks for.
      '--tls-min-v1.0',
      `--tls-cipher-list=${OLD}`,
      fileURLToPath(new URL('./send-process.ts', import.meta.url)),
      JSON.stringify(targetOf(type, port)),
    ],
    { env: { ...process.env, NODE_OPTIONS: '' } },
  );
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  for (const socket of sockets) socket.destroy();
  server.close();
  return { said: said.trim(), agreed };
}

describe.each(['webhook', 'otlp', 'syslog', 'nats', 'kafka'])('%s', (type) => {
  test('is spoken to over TLS 1.2', async () => {
    const { said, agreed } = await sentTo(type, 'TLSv1.2');
    expect(said).toMatch(/^not sent: /);
    expect(new Set(agreed)).toEqual(new Set(['TLSv1.2']));
  }, 60_000);

  test('is told nothing where it speaks TLS 1.1 at most', async () => {
    const { said, agreed } = await sentTo(type, 'TLSv1.1');
    expect(said).toMatch(/^not sent: /);
    expect(agreed).toEqual([]);
  }, 60_000);
});
