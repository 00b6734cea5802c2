// The control plane over TLS: 1.2 or later, whatever the process that asks would take by default.
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SecureVersion } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

/** The program that makes certificates. */
const OPENSSL = 'openssl';
const OLD = 'DEFAULT@SECLEVEL=0';
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-plane-tls-'));
  const asked = ['-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '2', '-subj', '/CN=plane'];
  const files = ['-keyout', join(folder, 'key.pem'), '-out', join(folder, 'cert.pem')];
  const name = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  execFileSync(OPENSSL, ['req', ...asked, ...name, ...files], { stdio: 'ignore' });
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test.each<[SecureVersion, string, string | null]>([
  ['TLSv1.3', 'answered: 200', 'TLSv1.3'],
  ['TLSv1.2', 'answered: 200', 'TLSv1.2'],
  ['TLSv1.1', 'not answered: ', null],
])(
  'a control plane that speaks %s at most is %s',
  async (maxVersion, expected, version) => {
    let agreed: string | null = null;
    const [cert, key] = ['cert.pem', 'key.pem'].map((name) => readFileSync(join(folder, name), 'utf8'));
    const server = createServer({ cert, key, minVersion: 'TLSv1', maxVersion, ciphers: OLD }, (_, response) =>
      response.end('{}'),
    );
    server.on('secureConnection', (socket) => (agreed = socket.getProtocol()));
    server.on('tlsClientError', () => undefined);
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const asked = { url: `https://127.0.0.1:${(server.address() as AddressInfo).port}`, ca: cert };
    const child = spawn(
      process.execPath,
      [
        // A process that takes everything: what refuses is what the client asks for.
        '--tls-min-v1.0',
        `--tls-cipher-list=${OLD}`,
        fileURLToPath(new URL('./ask-process.ts', import.meta.url)),
        JSON.stringify(asked),
      ],
      { env: { ...process.env, NODE_OPTIONS: '' } },
    );
    let said = '';
    child.stdout.on('data', (chunk) => (said += String(chunk)));
    child.stderr.on('data', (chunk) => (said += String(chunk)));
    await once(child, 'close');
    server.closeAllConnections();
    server.close();
    expect(said).toContain(expected);
    expect(said.startsWith('not ')).toBe(version === null);
    expect(agreed).toBe(version);
  },
  60_000,
);
