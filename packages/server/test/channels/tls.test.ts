// Channels over TLS: 1.2 or later, a certificate of the host by an authority that is known, and nothing else, whatever the process would take by default.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer, type SecureVersion } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SECRET } from './telling.ts';

/** The program that makes certificates. */
const NEW_KEY = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2'];
const OPENSSL = 'openssl';
const OLD = 'DEFAULT@SECLEVEL=0';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-tls-'));
  for (const name of ['hooks.test', 'other.test'])
    execFileSync(
      OPENSSL,
      [
        ...NEW_KEY,
        '-subj',
        `/CN=${name}`,
        '-addext',
        `subjectAltName=DNS:${name}`,
        '-keyout',
        join(folder, `${name}.key`),
        '-out',
        join(folder, `${name}.pem`),
      ],
      { stdio: 'ignore' },
    );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Receiver {
  /** Whose certificate it shows. */
  readonly name?: string;
  readonly maxVersion?: SecureVersion;
  /** Whether the sender knows who issued it. */
  readonly isKnown?: boolean;
}

/** What a sender says of a receiver of this kind, and how many bytes it was told within TLS. */
async function sentTo(
  kind: 'webhook' | 'smtp',
  { name = 'hooks.test', maxVersion = 'TLSv1.3', isKnown = true }: Receiver,
): Promise<{ said: string; told: number }> {
  let told = 0;
  const server = createServer(
    {
      cert: readFileSync(join(folder, `${name}.pem`)),
      key: readFileSync(join(folder, `${name}.key`)),
      minVersion: 'TLSv1',
      maxVersion,
      ciphers: OLD,
    },
    (socket) => {
      socket.on('error', () => undefined);
      if (kind === 'smtp') socket.write('220 hello\r\n');
      let isData = false;
      socket.on('data', (chunk) => {
        told += chunk.length;
        if (kind === 'webhook')
          return void socket.end('HTTP/1.1 204 ok\r\ncontent-length: 0\r\nconnection: close\r\n\r\n');
        for (const line of chunk.toString().split('\r\n').slice(0, -1)) {
          if (isData && line !== '.') continue;
          isData = line === 'DATA';
          socket.write(isData ? '354 go on\r\n' : '250 ok\r\n');
        }
      });
    },
  );
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const target =
    kind === 'webhook'
      ? { kind, url: `https://hooks.test:${port}/`, secret: 'OPS' }
      : { kind, host: 'hooks.test', port, security: 'tls', from: 'a@example.org', to: ['b@example.org'] };
  const child = spawn(
    process.execPath,
    [
      // A process that takes everything: what refuses is what the channel asks for.
      '--tls-min-v1.0',
      `--tls-cipher-list=${OLD}`,
      fileURLToPath(new URL('./send-process.ts', import.meta.url)),
      JSON.stringify({ target, secret: SECRET }),
    ],
    {
      env: {
        ...process.env,
        NODE_OPTIONS: '',
        ...(isKnown ? { NODE_EXTRA_CA_CERTS: join(folder, `${name}.pem`) } : {}),
      },
    },
  );
  let said = '';
  child.stdout.on('data', (chunk) => (said += String(chunk)));
  child.stderr.on('data', (chunk) => (said += String(chunk)));
  await once(child, 'close');
  server.close();
  return { said: said.trim(), told };
}

test.each(['webhook', 'smtp'] as const)(
  'a %s is told over TLS 1.2',
  async (kind) => {
    const { said, told } = await sentTo(kind, { maxVersion: 'TLSv1.2' });
    expect(said).toBe('sent');
    expect(told).toBeGreaterThan(0);
  },
  60_000,
);

test.each<['webhook' | 'smtp', string, Receiver]>([
  ['webhook', 'speaks TLS 1.1 at most', { maxVersion: 'TLSv1.1' }],
  ['smtp', 'speaks TLS 1.1 at most', { maxVersion: 'TLSv1.1' }],
  ['webhook', 'shows another name', { name: 'other.test' }],
  ['smtp', 'shows another name', { name: 'other.test' }],
  ['webhook', 'nobody vouches for', { isKnown: false }],
  ['smtp', 'nobody vouches for', { isKnown: false }],
])(
  'a %s that %s is told nothing',
  async (kind, _why, receiver) => {
    const { said, told } = await sentTo(kind, receiver);
    expect(said).toMatch(/^not sent: /);
    expect(told).toBe(0);
  },
  60_000,
);
