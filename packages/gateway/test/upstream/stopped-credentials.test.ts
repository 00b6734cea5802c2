// What the gateway holds for whom it acts ends with a stop: nothing is shown or asked for meanwhile, and what was held is gone.
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Caller,
  createMemoryLog,
  type EntryDraft,
  type KillPlace,
  type KillScope,
  type OpenLog,
  releaseKill,
  systemClock,
  systemRandom,
  systemTimers,
  throwKill,
  type Timers,
} from '@writ/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { signIn, type UpstreamConfig } from '../../src/mcp/index.ts';
import { CallerTokens } from '../../src/mcp/upstream/index.ts';
import { createStops, type Stops } from '../../src/node/index.ts';
import { answer, json, listen, type Listener } from './listener.ts';
import { resultOf, Session } from './session.ts';
import { browse, protectedServer, signInProvider } from './sign-in-provider.ts';

type Auth = NonNullable<Extract<UpstreamConfig, { url: string }>['auth']>;

let log: OpenLog;
let place: KillPlace;
let stops: Stops;
/** What looks at the switches next. */
let looks: Set<() => void>;
let upstream: Listener;
let grants: URLSearchParams[];
let tokenEndpoint: string;
let tokens: CallerTokens;
/** Called while a token is issued. */
let whileIssued: () => Promise<unknown>;

beforeEach(async () => {
  [looks, grants, tokens] = [new Set(), [], new CallerTokens()];
  whileIssued = () => Promise.resolve();
  log = createMemoryLog({
    origin: 'edge.example/one',
    tenant: 'local',
    node: '01BX5ZZKBKACTAV9WEVGEMMVRZ',
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
    bodyKey: { keyId: 'k', key: systemRandom.bytes(32) },
  });
  place = {
    state: log.state,
    reader: log.reader,
    append: (detail, rest: Partial<EntryDraft>) =>
      log.writer.append({
        detail,
        tenant: 'local',
        time: systemClock.now(),
        monotonicNs: systemClock.monotonicNs(),
        retentionClass: 'log',
        committed: {},
        concerns: [],
        ...rest,
      }),
  };
  const timers: Timers = {
    ...systemTimers,
    after(_ms, run) {
      looks.add(run);
      return () => looks.delete(run);
    },
  };
  stops = createStops({ state: log.state, timers, agent: { id: 'gateway' } });
  upstream = await listen((came, response) => json(response, answer(came, {})));
  const { url } = await listen((came, response) => {
    grants.push(new URLSearchParams(came.text));
    const body = { access_token: `token-${grants.length}`, token_type: 'Bearer', expires_in: 3600 };
    void whileIssued().then(() => json(response, body));
  });
  tokenEndpoint = url.replace('/mcp', '/token');
});
afterEach(() => log.close());

function caller(id: string, chain: readonly string[] = []): Caller {
  const made: Caller = {
    agent: { id },
    chain: chain.map((one) => ({ id: one })),
    authentication: { method: 'oauth', assurance: 1, credentialId: 'issuer', at: 0 },
  };
  tokens.hold(made, { token: `of-${id}` });
  return made;
}

function open(kind: 'tokenExchange' | 'clientCredentials'): Session {
  const proof = { kind: 'secret', secret: { env: 'SECRET' }, method: 'basic' } as const;
  const auth: Auth = { kind, tokenEndpoint, clientId: 'gateway', proof };
  const servers = { environment: { SECRET: 'x' }, tokens, stops };
  return new Session({ name: 's', url: upstream.url, era: 'modern', auth }, { era: 'modern', servers });
}

const call = (session: Session, by?: Caller) =>
  session.modern('tools/call', { name: 'a' }, by === undefined ? {} : { caller: by });
const kill = (scope: KillScope, id: string) =>
  throwKill(place, { scope, id, reason: 'manual', words: 'stop' });
const release = (scope: KillScope, id: string) =>
  releaseKill(place, { scope, id, reason: 'manual', words: 'go' });
function look(): void {
  for (const run of Array.from(looks)) {
    looks.delete(run);
    run();
  }
}

describe.each<[string, KillScope, string]>([
  ['its agent', 'agent', 'ada'],
  ['one that it acts for', 'agent', 'boss'],
  ['the server', 'server', 's'],
  ['everything', 'all', '*'],
])('an exchanged token while %s is stopped', (_who, scope, id) => {
  test('is shown to nobody, and none is asked for', async () => {
    const session = open('tokenExchange');
    const ada = caller('ada', ['boss']);
    resultOf(await call(session, ada));
    const [asked, shown] = [grants.length, upstream.came.length];
    await kill(scope, id);
    for (const by of [ada, caller('ada', ['boss'])])
      await expect(call(session, by)).rejects.toMatchObject({ code: 'upstream.credential' });
    expect([grants.length, upstream.came.length]).toEqual([asked, shown]);
  });

  test('is dropped although nobody asks for it: afterwards another one is fetched', async () => {
    const session = open('tokenExchange');
    const ada = caller('ada', ['boss']);
    resultOf(await call(session, ada));
    resultOf(await call(session, ada));
    expect(grants).toHaveLength(1);
    await kill(scope, id);
    look();
    await release(scope, id);
    resultOf(await call(session, ada));
    expect(upstream.came.at(-1)?.headers['authorization']).toBe('Bearer token-2');
  });

  test('that comes while the stop is thrown is not shown, nor kept', async () => {
    const session = open('tokenExchange');
    const ada = caller('ada', ['boss']);
    whileIssued = () => kill(scope, id);
    await expect(call(session, ada)).rejects.toMatchObject({ code: 'upstream.credential' });
    expect(upstream.came).toEqual([]);
    whileIssued = () => Promise.resolve();
    await release(scope, id);
    resultOf(await call(session, ada));
    expect(grants).toHaveLength(2);
  });
});

test('the token of another caller stays, and is shown', async () => {
  const session = open('tokenExchange');
  const [ada, bob] = [caller('ada'), caller('bob')];
  for (const by of [ada, bob]) resultOf(await call(session, by));
  await kill('agent', 'ada');
  await kill('server', 'other');
  look();
  resultOf(await call(session, bob));
  expect(grants).toHaveLength(2);
});

test('the gateway’s own token outlives the stop of one agent, and not that of its server', async () => {
  const session = open('clientCredentials');
  resultOf(await call(session, caller('ada')));
  await kill('agent', 'ada');
  look();
  await expect(call(session, caller('ada'))).rejects.toMatchObject({ code: 'upstream.credential' });
  resultOf(await call(session, caller('bob')));
  expect(grants).toHaveLength(1);
  await kill('server', 's');
  look();
  await expect(call(session, caller('bob'))).rejects.toMatchObject({ code: 'upstream.credential' });
  await release('server', 's');
  resultOf(await call(session, caller('bob')));
  expect(grants).toHaveLength(2);
});

test('a person’s sign-in is taken out of its file when its server is stopped', async () => {
  const data = mkdtempSync(join(tmpdir(), 'writ-stopped-'));
  const provider = await signInProvider();
  const { url } = await protectedServer({ issuers: () => [provider.issuer] });
  const server = { name: 's', url, era: 'modern', auth: { kind: 'authorizationCode' } } as const;
  await signIn({
    server,
    data,
    environment: {},
    clock: systemClock,
    timers: systemTimers,
    person: { open: (at) => browse(at), confirmMove: () => false },
  });
  const session = new Session(server, { era: 'modern', servers: { data, stops } });
  resultOf(await call(session, caller('ada')));
  const kept = (): { readonly tokens?: unknown } =>
    JSON.parse(readFileSync(join(data, 'servers', 's.json'), 'utf8'));
  await kill('agent', 'ada');
  look();
  expect(kept().tokens).toBeDefined();
  await kill('server', 's');
  look();
  expect(kept().tokens).toBeUndefined();
  await release('server', 's');
  await expect(call(session, caller('bob'))).rejects.toMatchObject({ code: 'upstream.credential' });
});
