// A control plane that starts with an identity provider which is away, is another, or has no secret: what its operator reads, and what people can do.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { parseServerSettings, type RunningServer, startServer } from '../src/index.ts';

const EVENTUALLY = { timeout: 20_000, interval: 50 };
let folder: string;
let lines: Record<string, string>[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-idp-start-'));
  lines = [];
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10 }));

async function start(issuer: string, more = ''): Promise<RunningServer> {
  const text = `listen: 127.0.0.1:0
data: data
identityProviders:
  - {id: work, name: Example, issuer: "${issuer}", clientId: plane${more}}
`;
  const server = await startServer({
    settings: parseServerSettings(text, join(folder, 'writ-server.yaml')),
    environment: {},
    write: (line) => lines.push(JSON.parse(line) as Record<string, string>),
  });
  onTestFinished(() => server.close());
  return server;
}

const said = (): readonly (string | undefined)[] =>
  lines.filter(({ event }) => event?.startsWith('identity-provider') === true).map(({ message }) => message);

async function begin({ url }: RunningServer): Promise<{ status: number; detail?: string; url?: string }> {
  const response = await fetch(`${url}/v1/sign-in/providers/work`, {
    method: 'POST',
    headers: { origin: url.replace('127.0.0.1', 'localhost') },
  });
  return { ...((await response.json()) as object), status: response.status };
}

/** A provider that calls itself `issuer`; absent: as it is reached. */
async function provider(port: number, issuer?: string): Promise<{ server: Server; at: string }> {
  const server = createServer((_request, response) => {
    const at = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({
        issuer: issuer ?? at,
        authorization_endpoint: `${at}/auth`,
        token_endpoint: `${at}/token`,
        jwks_uri: `${at}/jwks`,
      }),
    );
  }).listen(port, '127.0.0.1');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, 'listening');
  return { server, at: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

test('serves while the provider is away, says so to its operator and to people, and recovers by itself', async () => {
  const { server: gone, at } = await provider(0);
  gone.close();
  await once(gone, 'close');
  const server = await start(at);
  await vi.waitFor(() => expect(said()).toEqual(['it cannot be reached (ECONNREFUSED)']), EVENTUALLY);
  expect(await begin(server)).toMatchObject({
    status: 503,
    detail: 'the identity provider cannot be reached, or is not what was configured',
  });
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  // Told once, however many try.
  expect(said()).toHaveLength(1);
  await provider(Number(new URL(at).port));
  expect((await begin(server)).url).toMatch(`${at}/auth?`);
  expect(lines.at(-1)).toMatchObject({ level: 'info', event: 'identity-provider.usable', provider: 'work' });
});

test('names what is wrong where the provider calls itself something else', async () => {
  const { at } = await provider(0, 'https://login.example.org');
  const server = await start(at);
  await vi.waitFor(
    () => expect(said()).toEqual([expect.stringContaining('something else than `issuer`')]),
    EVENTUALLY,
  );
  expect((await begin(server)).status).toBe(503);
});

test.each([
  ['in the environment', ', clientSecretEnv: WRIT_WORK_SECRET', 'the environment has no `WRIT_WORK_SECRET`'],
  ['in its file', ', clientSecretFile: work.secret', 'work.secret'],
])('does not start without the secret %s: nobody could sign in with it', async (_where, more, words) => {
  await expect(start('https://login.example.org', more)).rejects.toThrow(words);
});

test('does not start with a secret that others can read', async () => {
  writeFileSync(join(folder, 'work.secret'), 'secret\n', { mode: 0o644 });
  await expect(start('https://login.example.org', ', clientSecretFile: work.secret')).rejects.toMatchObject({
    code: 'key.permissions',
  });
});
