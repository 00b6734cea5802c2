// An issuer of access tokens that is out of reach: its last keys count for a bounded time, and only once that is in the record.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { exportJWK } from 'jose';
import Provider from 'oidc-provider';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createMemoryLog, type Entry, type IssuerRecord } from '@writ/core';
import { fakeClock, sampleLogIdentity } from '@writ/core/testing';
import { createAuthenticator } from '../../src/auth/index.ts';
import { recordOutages } from '../../src/serve/index.ts';
import { authOf, issuerKey } from './issuer.ts';

const RESOURCE = 'https://gateway.example.com/mcp';
const MINUTE = 60_000;

let server: Server;
let issuer: string;
let port: number;

beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  ({ port } = server.address() as AddressInfo);
  issuer = `http://127.0.0.1:${port}`;
  const { privateKey, kid, alg } = await issuerKey('first');
  const provider = new Provider(issuer, {
    jwks: { keys: [{ ...(await exportJWK(privateKey)), kid, alg, use: 'sig' }] },
    clients: [
      {
        client_id: 'research-bot',
        client_secret: 'a-secret-of-the-test',
        grant_types: ['client_credentials'],
        response_types: [],
        redirect_uris: [],
      },
    ],
    scopes: ['mcp.use'],
    ttl: { ClientCredentials: 5 * 86_400 },
    features: {
      devInteractions: { enabled: false },
      clientCredentials: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => RESOURCE,
        getResourceServerInfo: () => ({
          scope: 'mcp.use',
          audience: RESOURCE,
          accessTokenFormat: 'jwt' as const,
          accessTokenTTL: 5 * 86_400,
          jwt: { sign: { alg: 'RS256' as const } },
        }),
      },
    },
  });
  server.on('request', provider.callback());
});
afterEach(stop);

async function stop(): Promise<void> {
  server.closeAllConnections();
  server.close();
  if (server.listening) await once(server, 'close');
}

async function start(): Promise<void> {
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
}

async function tokenOf(): Promise<string> {
  const response = await fetch(`${issuer}/token`, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-www-form-urlencoded',
      authorization: `Basic ${Buffer.from('research-bot:a-secret-of-the-test').toString('base64')}`,
    },
    body: new URLSearchParams({ grant_type: 'client_credentials', scope: 'mcp.use', resource: RESOURCE }),
  });
  return ((await response.json()) as { access_token: string }).access_token;
}

/** A node's authenticator over a log; `outage` takes the place of recording. */
function node(yaml = '', outage?: (record: IssuerRecord) => Promise<void>) {
  const clock = fakeClock(Date.now());
  const log = createMemoryLog({ ...sampleLogIdentity(), clock });
  const events: string[] = [];
  const record = recordOutages(
    { log: log.writer, clock, tenant: 'local' },
    { write: (level, event, text) => void events.push(`${level} ${event} ${text}`), takes: () => true },
  );
  const auth = authOf(`
resource: ${RESOURCE}
scopes: {required: [mcp.use]}
issuers:
  idp: {issuer: '${issuer}'${yaml}}
`);
  const authenticator = createAuthenticator(auth, {
    clock,
    data: '/nowhere',
    report: () => undefined,
    outage: outage ?? record,
  });
  const recorded = (): readonly unknown[] =>
    Array.from({ length: log.reader.size() }, (_, index): Entry => log.reader.entry(index).entry).flatMap(
      (entry) => (entry.kind === 'issuer' ? [entry.issuer] : []),
    );
  return {
    clock,
    events,
    recorded,
    call: (token: string) =>
      authenticator.authenticate({
        method: 'POST',
        url: '/mcp',
        headers: { authorization: [`Bearer ${token}`] },
      }),
  };
}

const accepted = { caller: { agent: { id: 'idp:research-bot' } } };

test('its last keys count for an hour since they were fetched, and the record says so before they do', async () => {
  const here = node();
  const token = await tokenOf();
  const fetched = here.clock.now();
  expect(await here.call(token)).toMatchObject(accepted);
  await stop();
  here.clock.advance(11 * MINUTE);
  expect(await here.call(token)).toMatchObject(accepted);
  const kept = { action: 'keys_kept', issuer: 'idp', until: fetched + 60 * MINUTE };
  expect(here.recorded()).toEqual([kept]);
  expect(here.events).toEqual([
    expect.stringMatching(/^error auth\.issuer-outage .*its last keys verify tokens/),
  ]);
  // Once for each outage, however many calls come.
  for (const minutes of [2, 20, 20]) {
    here.clock.advance(minutes * MINUTE);
    expect(await here.call(token)).toMatchObject(accepted);
  }
  expect(here.recorded()).toEqual([kept]);
  here.clock.advance(7 * MINUTE);
  expect(await here.call(token)).toMatchObject({ code: 'auth.unavailable', status: 503 });
  const ended = { action: 'keys_ended', issuer: 'idp' };
  expect(here.recorded()).toEqual([kept, ended]);
  // And that it is back, once: whoever was told that none of its tokens counts hears that they do.
  await start();
  here.clock.advance(MINUTE);
  await expect.poll(() => here.call(token)).toMatchObject(accepted);
  expect(await here.call(token)).toMatchObject(accepted);
  await expect.poll(() => here.recorded()).toEqual([kept, ended, { action: 'keys_fetched', issuer: 'idp' }]);
});

test('that it is back is recorded, and another outage is another record', async () => {
  const here = node();
  const token = await tokenOf();
  await here.call(token);
  const actions = (): readonly unknown[] =>
    here.recorded().map((record) => (record as { readonly action: string }).action);
  for (const round of [1, 2]) {
    await stop();
    here.clock.advance(11 * MINUTE);
    expect(await here.call(token)).toMatchObject(accepted);
    await start();
    here.clock.advance(2 * MINUTE);
    await expect.poll(() => here.call(token).then(actions)).toHaveLength(2 * round);
  }
  expect(actions()).toEqual(['keys_kept', 'keys_fetched', 'keys_kept', 'keys_fetched']);
});

test('what cannot be recorded does not happen: nobody is let in by old keys', async () => {
  const here = node('', () => Promise.reject(new Error('the disk is full')));
  const token = await tokenOf();
  expect(await here.call(token)).toMatchObject(accepted);
  await stop();
  here.clock.advance(11 * MINUTE);
  expect(await here.call(token)).toMatchObject({ code: 'auth.unavailable', status: 503 });
  await start();
  here.clock.advance(MINUTE);
  await expect.poll(() => here.call(token)).toMatchObject(accepted);
});

test.each([
  ['10m', 9, 2],
  ['3h', 178, 3],
])('the operator says how long, %s', async (keysKept, good, more) => {
  const here = node(`, keysKept: ${keysKept}`);
  const token = await tokenOf();
  await here.call(token);
  await stop();
  here.clock.advance(good * MINUTE);
  expect(await here.call(token)).toMatchObject(accepted);
  here.clock.advance(more * MINUTE);
  expect(await here.call(token)).toMatchObject({ code: 'auth.unavailable' });
});

test.each(['9m', '25h', '60', 'true'])('not as long as `%s`', (keysKept) => {
  expect(() => node(`, keysKept: ${keysKept}`)).toThrow(expect.objectContaining({ code: 'config.invalid' }));
});
