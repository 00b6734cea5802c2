/** A person signs in to a server, with a real provider: once, for every gateway on the data folder, and for no other server. */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { systemClock, systemTimers } from '@writ/core';
import {
  type SignedIn,
  signIn,
  type SignInOptions,
  signOut,
  type UpstreamConfig,
} from '../../src/mcp/index.ts';
import { resultOf, Session } from './session.ts';
import { browse, protectedServer, signInProvider } from './sign-in-provider.ts';
import { json, listen } from './listener.ts';

type HttpServer = Extract<UpstreamConfig, { url: string }>;
type Auth = Omit<Extract<NonNullable<HttpServer['auth']>, { kind: 'authorizationCode' }>, 'kind'>;

const HOUR_MS = 3_600_000;

function folder(): string {
  return mkdtempSync(join(tmpdir(), 'writ-sign-in-'));
}

function serverAt(url: string, auth: Auth = {}): HttpServer {
  return { name: 's', url, era: 'modern', auth: { kind: 'authorizationCode', ...auth } };
}

function login(server: HttpServer, data: string, more: Partial<SignInOptions> = {}): Promise<SignedIn> {
  return signIn({
    server,
    data,
    environment: {},
    clock: systemClock,
    timers: systemTimers,
    person: { open: (url) => browse(url), confirmMove: () => false },
    ...more,
  });
}

/** A session, and what the operator is told meanwhile. */
function open(server: HttpServer, data: string, now?: () => number): { session: Session; told: string[] } {
  const told: string[] = [];
  const clock = now === undefined ? {} : { clock: { now } };
  const report = (event: string, text: string): void => void told.push(`${event} ${text}`);
  return { session: new Session(server, { era: 'modern', servers: { data, report, ...clock } }), told };
}

const call = (session: Session) => session.modern('tools/call', { name: 'a' });
const faultOf = (session: Session): Promise<unknown> => call(session).catch((thrown: unknown) => thrown);

describe('a person who signed in', () => {
  test('is whom the server sees, in every gateway on the data folder, also in one that ran before', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    const [server, data] = [serverAt(upstream.url), folder()];
    const { session, told } = open(server, data);
    expect(await faultOf(session)).toMatchObject({
      code: 'upstream.credential',
      message: 'nobody is signed in to server `s`',
      data: { hint: 'run `writ server login s`' },
    });
    expect(told).toStrictEqual([
      'credential.sign-in nobody is signed in to server s: run writ server login s',
    ]);
    expect(await login(server, data)).toMatchObject({
      issuer: provider.issuer,
      scope: expect.stringContaining('read'),
      isRenewable: true,
    });
    expect(resultOf(await call(session))).toStrictEqual({ by: 'ann' });
    expect(resultOf(await call(open(server, data).session))).toStrictEqual({ by: 'ann' });
    expect(provider.registrations).toBe(1);
  });

  test('was asked with PKCE, for this resource and what the server says that it needs', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    await login(serverAt(upstream.url), folder());
    const [asked] = provider.asked;
    expect(Object.fromEntries(asked ?? [])).toMatchObject({
      response_type: 'code',
      resource: upstream.url,
      scope: 'read offline_access',
      code_challenge_method: 'S256',
    });
    expect(asked?.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/callback$/);
    expect(provider.forms[0]?.get('code_verifier')).toMatch(/^[\w-]{43,}$/);
    expect(provider.forms[0]?.get('resource')).toBe(upstream.url);
  });

  test('left tokens that only the owner of the data folder reads, and no longer once signed out', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    const [server, data] = [serverAt(upstream.url, { dpop: {} }), folder()];
    const { session } = open(server, data);
    await login(serverAt(upstream.url), data);
    const names = readdirSync(join(data, 'servers'));
    expect(names.sort()).toStrictEqual(['s.dpop.pem', 's.json']);
    for (const name of names) expect(statSync(join(data, 'servers', name)).mode & 0o777).toBe(0o600);
    expect(signOut('s', data)).toBe(true);
    expect(await faultOf(session)).toMatchObject({ message: 'nobody is signed in to server `s`' });
    expect(upstream.came.filter(({ headers }) => headers['authorization'] !== undefined)).toStrictEqual([]);
  });

  test('does not count where others could have read the tokens', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    const [server, data] = [serverAt(upstream.url), folder()];
    await login(server, data);
    chmodSync(join(data, 'servers/s.json'), 0o644);
    expect(await faultOf(open(server, data).session)).toMatchObject({ code: 'key.permissions' });
  });

  test.each<[string, (url: string, other: string) => HttpServer]>([
    ['another server under the same name', (_url, other) => serverAt(other)],
    ['another client', (url) => serverAt(url, { clientId: 'other' })],
    [
      'authorization servers without the one signed in at',
      (url) => serverAt(url, { issuers: ['https://id.example.com'] }),
    ],
    ['tokens that are bound to a key', (url) => serverAt(url, { dpop: {} })],
  ])('does not count where the configuration names %s', async (_what, changed) => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    const other = await listen((_came, response) => json(response, {}));
    const data = folder();
    await login(serverAt(upstream.url), data);
    const before = upstream.came.length;
    expect(await faultOf(open(changed(upstream.url, other.url), data).session)).toMatchObject({
      code: 'upstream.credential',
      message: 'the configuration has changed since somebody signed in to server `s`',
    });
    expect([other.came.length, upstream.came.length]).toStrictEqual([0, before]);
  });
});

describe('tokens of a sign-in', () => {
  test('are renewed once for all gateways on the data folder, and the one before is never used again', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    const [server, data] = [serverAt(upstream.url), folder()];
    await login(server, data);
    const later = (): number => Date.now() + HOUR_MS;
    const sessions = [open(server, data, later).session, open(server, data, later).session];
    const results = await Promise.all([...sessions, ...sessions].map(call));
    expect(results.map(resultOf)).toStrictEqual(Array.from({ length: 4 }, () => ({ by: 'ann' })));
    const refreshed = provider.forms.filter((form) => form.get('grant_type') === 'refresh_token');
    expect(refreshed.map((form) => form.get('resource'))).toStrictEqual([upstream.url]);
  });

  test('whose renewal is refused are dropped, and the fault says what to do and nothing of them', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    const [server, data] = [serverAt(upstream.url), folder()];
    await login(server, data);
    const file = join(data, 'servers/s.json');
    const kept = readFileSync(file, 'utf8');
    const { tokens } = JSON.parse(kept) as { tokens: { access: string; refresh: string } };
    // Somebody else uses the refresh token: the provider takes both for stolen.
    const form = { grant_type: 'refresh_token', refresh_token: tokens.refresh, client_id: clientOf(kept) };
    for (let times = 0; times < 2; times += 1)
      await fetch(`${provider.issuer}/token`, { method: 'POST', body: new URLSearchParams(form) });
    const later = (): number => Date.now() + HOUR_MS;
    const { session, told } = open(server, data, later);
    const fault = await faultOf(session);
    expect(fault).toMatchObject({
      code: 'upstream.credential',
      message: 'the authorization server ended the sign-in to server `s`',
      data: { hint: 'run `writ server login s`' },
    });
    expect(readFileSync(file, 'utf8')).not.toContain(tokens.refresh);
    expect(JSON.stringify([fault, told])).not.toContain(tokens.access.slice(0, 20));
    expect(await faultOf(session)).toMatchObject({ message: 'nobody is signed in to server `s`' });
  });

  test('are taken away with a client that the authorization server knows no more, and the next sign-in registers anew', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer] });
    const [server, data] = [serverAt(upstream.url), folder()];
    await login(server, data);
    const file = join(data, 'servers/s.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace(/"id":"[^"]+"/, '"id":"forgotten"'), {
      mode: 0o600,
    });
    const { session } = open(server, data, () => Date.now() + HOUR_MS);
    expect(await faultOf(session)).toMatchObject({ data: { hint: 'run `writ server login s`' } });
    await login(server, data);
    expect(provider.registrations).toBe(2);
    expect(resultOf(await call(open(server, data).session))).toStrictEqual({ by: 'ann' });
  });

  test('are bound to a key of the gateway’s own where that is configured, and proven with each request', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer], isBound: true });
    const [server, data] = [serverAt(upstream.url, { dpop: {} }), folder()];
    await login(server, data);
    const { session } = open(server, data);
    for (let times = 0; times < 2; times += 1)
      expect(resultOf(await call(session))).toStrictEqual({ by: 'ann' });
    const proofs = upstream.came.flatMap(({ headers }) => headers['dpop'] ?? []);
    expect(new Set(proofs).size).toBe(2);
  });
});

describe('a server that wants more scopes while a call is under way', () => {
  const needs = (method: string): string => (method === 'tools/call' ? 'write' : 'read');

  test('gets them from a person, by the command that the fault names, with those from before', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer], needs });
    const [server, data] = [serverAt(upstream.url, { stepUp: ['write'] }), folder()];
    await login(server, data);
    const { session } = open(server, data);
    resultOf(await session.modern('tools/list'));
    expect(await faultOf(session)).toMatchObject({
      message: 'more scopes are needed at server `s`',
      data: { hint: 'run `writ server login s --scope "write"`' },
    });
    await login(server, data, { scopes: ['write'] });
    expect(provider.asked.at(-1)?.get('scope')?.split(' ').sort()).toStrictEqual([
      'offline_access',
      'read',
      'write',
    ]);
    expect(resultOf(await call(session))).toStrictEqual({ by: 'ann' });
  });

  test('gets none that the configuration does not name, and its words stand nowhere', async () => {
    const provider = await signInProvider();
    const upstream = await protectedServer({ issuers: () => [provider.issuer], needs });
    const [server, data] = [serverAt(upstream.url), folder()];
    await login(server, data);
    const { session, told } = open(server, data);
    const fault = await faultOf(session);
    expect(fault).toMatchObject({
      code: 'upstream.credential',
      message:
        'server `s` wants scopes that `servers.s.auth.authorizationCode.stepUp` does not name (HTTP 403)',
    });
    expect(JSON.stringify([fault, told])).not.toContain('write');
  });
});

describe('a server that takes tokens of another authorization server', () => {
  test('is shown none of the former, and a person has to agree to the new one, where the gateway registers anew', async () => {
    const [former, next] = [await signInProvider(), await signInProvider()];
    let issuers = [former.issuer];
    const upstream = await protectedServer({ issuers: () => issuers });
    const [server, data] = [serverAt(upstream.url), folder()];
    await login(server, data);
    const { session, told } = open(server, data);
    resultOf(await call(session));
    issuers = [next.issuer];
    expect(await faultOf(session)).toMatchObject({
      code: 'upstream.credential',
      data: { hint: 'run `writ server login s`' },
    });
    expect(told.map((line) => line.split(' ', 1)[0])).toStrictEqual([
      'credential.moved',
      'credential.sign-in',
    ]);
    expect(JSON.parse(readFileSync(join(data, 'servers/s.json'), 'utf8'))).not.toHaveProperty('tokens');
    await expect(login(server, data)).rejects.toMatchObject({
      message: expect.stringContaining('another authorization server'),
    });
    const moves: string[] = [];
    await login(server, data, {
      person: {
        open: (url) => browse(url),
        confirmMove: (issuer, before) => moves.push(`${before} ${issuer}`) > 0,
      },
    });
    expect(moves).toStrictEqual([`${former.issuer} ${next.issuer}`]);
    expect([former.registrations, next.registrations]).toStrictEqual([1, 1]);
    expect(resultOf(await call(session))).toStrictEqual({ by: 'ann' });
    const [, token = ''] = (upstream.came.at(-1)?.headers['authorization'] ?? '').split('.');
    expect(JSON.parse(Buffer.from(token, 'base64url').toString())).toMatchObject({ iss: next.issuer });
  });

  test('is signed in to without a question where the configuration lists both, and not at all where it lists neither', async () => {
    const [former, next] = [await signInProvider(), await signInProvider()];
    let issuers = [former.issuer];
    const upstream = await protectedServer({ issuers: () => issuers });
    const data = folder();
    const server = serverAt(upstream.url, { issuers: [former.issuer, next.issuer] });
    await login(server, data);
    issuers = [next.issuer];
    await login(server, data);
    expect(resultOf(await call(open(server, data).session))).toStrictEqual({ by: 'ann' });
    const elsewhere = serverAt(upstream.url, { issuers: ['https://id.example.com'] });
    await expect(login(elsewhere, folder())).rejects.toMatchObject({
      message: expect.stringContaining('`servers.s.auth.authorizationCode.issuers` allows'),
    });
  });
});

function clientOf(kept: string): string {
  return (JSON.parse(kept) as { client: { id: string } }).client.id;
}
