// The keys of an issuer: fetched seldom, within bounds, and nothing verifies without them.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { fakeClock } from '@writ/core/testing';
import { createAuthenticator } from '../../src/auth/index.ts';
import {
  authOf,
  type AuthWorld,
  authWorld,
  type IssuerKey,
  issuerKey,
  type Page,
  seconds,
  signed,
} from './issuer.ts';

const ISSUER = 'https://id.example.com';
const METADATA = `${ISSUER}/.well-known/openid-configuration`;
const OTHER_METADATA = `${ISSUER}/.well-known/oauth-authorization-server`;
const KEYS = `${ISSUER}/keys`;
const RESOURCE = 'https://gateway.example.com/mcp';
const YAML = `
resource: ${RESOURCE}
issuers:
  idp: {issuer: '${ISSUER}'}
`;

let first: IssuerKey;
let second: IssuerKey;

beforeAll(async () => {
  [first, second] = await Promise.all([issuerKey('first', 'ES256'), issuerKey('second', 'ES256')]);
});

function world(pages: Readonly<Record<string, Page>> = {}, yaml = YAML): AuthWorld {
  return authWorld(yaml, {
    [METADATA]: { issuer: ISSUER, jwks_uri: KEYS },
    [KEYS]: { keys: [first.publicJwk] },
    ...pages,
  });
}

function tokenOf(here: AuthWorld, key: IssuerKey = first, changes: JsonObject = {}): Promise<string> {
  const claims = {
    iss: ISSUER,
    aud: RESOURCE,
    sub: 'ann',
    client_id: 'bot',
    iat: seconds(here, -5),
    exp: seconds(here, 86_400),
    ...changes,
  };
  return signed(claims, key, { typ: 'at+jwt' });
}

const accepted = { caller: { agent: { id: 'idp:bot' } } };
const down = (): Promise<Response> => Promise.reject(new Error('connect ECONNREFUSED'));

describe('keys are kept', () => {
  test('a thousand tokens cost one fetch', async () => {
    const here = world();
    for (let at = 0; at < 20; at += 1) {
      const token = await tokenOf(here, first, { jti: `t${at}` });
      for (let again = 0; again < 50; again += 1) expect(await here.call(token)).toMatchObject(accepted);
    }
    expect(here.network.asked).toStrictEqual([METADATA, KEYS]);
  });

  test('calls that come at once before there are keys share one fetch', async () => {
    const here = world();
    const tokens = await Promise.all([1, 2, 3, 4].map((at) => tokenOf(here, first, { jti: `t${at}` })));
    await Promise.all(tokens.map((token) => here.call(token)));
    expect(here.network.asked).toStrictEqual([METADATA, KEYS]);
  });

  test('nothing is fetched for a token that no issuer of ours made', async () => {
    const here = world();
    await here.call(await tokenOf(here, first, { iss: 'https://evil.example' }));
    await here.call('a.b.c');
    expect(here.network.asked).toStrictEqual([]);
  });

  test('a new key is looked for when a token names it', async () => {
    const here = world();
    await here.call(await tokenOf(here));
    here.network.pages.set(KEYS, { keys: [second.publicJwk] });
    here.clock.advance(31_000);
    expect(await here.call(await tokenOf(here, second))).toMatchObject(accepted);
  });

  test('tokens that name keys nobody has cost one fetch in half a minute', async () => {
    const here = world();
    await here.call(await tokenOf(here));
    here.clock.advance(31_000);
    for (let at = 0; at < 100; at += 1) {
      const strange = { ...first, kid: `strange-${at}` };
      expect(await here.call(await tokenOf(here, strange))).toMatchObject({ code: 'auth.signature' });
    }
    expect(here.network.asked.filter((url) => url === KEYS)).toHaveLength(2);
  });

  test('what a withdrawn key signed counts no more once the keys were fetched again', async () => {
    const here = world();
    const token = await tokenOf(here);
    expect(await here.call(token)).toMatchObject(accepted);
    here.network.pages.set(KEYS, { keys: [second.publicJwk] });
    here.clock.advance(600_000);
    // This call goes on with the keys that are known, and has them fetched beside it.
    expect(await here.call(token)).toMatchObject(accepted);
    await expect.poll(() => here.call(token)).toMatchObject({ code: 'auth.signature' });
    expect(here.network.asked).toHaveLength(4);
  });
});

describe('a token that verified a moment ago', () => {
  test('counts no more once it has expired', async () => {
    const here = world();
    const token = await tokenOf(here, first, { exp: seconds(here, 10) });
    expect(await here.call(token)).toMatchObject(accepted);
    here.clock.advance(45_000);
    expect(await here.call(token)).toMatchObject({ code: 'auth.expired' });
  });

  test('tells each call when it came', async () => {
    const here = world();
    const token = await tokenOf(here);
    await here.call(token);
    here.clock.advance(5_000);
    expect(await here.call(token)).toMatchObject({ caller: { authentication: { at: here.clock.now() } } });
  });
});

describe('without keys nobody is let in', () => {
  test.each<[string, Readonly<Record<string, Page>>, RegExp]>([
    ['the issuer is down', { [METADATA]: down }, /connect ECONNREFUSED/],
    ['its keys are out of reach', { [KEYS]: down }, /connect ECONNREFUSED/],
    ['it answers with an error', { [METADATA]: () => new Response('', { status: 500 }) }, /status 500/],
    [
      'it sends elsewhere',
      { [METADATA]: () => new Response('', { status: 302, headers: { location: 'https://evil.example/' } }) },
      /status 302/,
    ],
    [
      'its keys are elsewhere by redirect',
      { [KEYS]: () => Response.redirect('https://evil.example/keys', 307) },
      /status 307/,
    ],
    ['it has no metadata', { [METADATA]: () => new Response('', { status: 404 }) }, /no metadata stands at/],
    [
      'its metadata are about another issuer',
      { [METADATA]: { issuer: 'https://evil.example', jwks_uri: KEYS } },
      /another issuer/,
    ],
    ['its metadata are no JSON', { [METADATA]: () => new Response('<html>') }, /cannot read/],
    [
      'its metadata say a thing twice',
      {
        [METADATA]: () =>
          new Response(`{"issuer":"${ISSUER}","jwks_uri":"${KEYS}","jwks_uri":"https://evil.example"}`),
      },
      /cannot read/,
    ],
    [
      'its keys would come without TLS',
      { [METADATA]: { issuer: ISSUER, jwks_uri: 'http://id.example.com/keys' } },
      /no `https:` address/,
    ],
    [
      'its keys would come from a file',
      { [METADATA]: { issuer: ISSUER, jwks_uri: 'file:///etc/keys' } },
      /no `https:` address/,
    ],
    ['it has no keys', { [KEYS]: { keys: [] } }, /no public key/],
    [
      'what it publishes is a secret',
      { [KEYS]: { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'first' }] } },
      /no public key/,
    ],
    [
      'its answer has no end',
      {
        [KEYS]: () =>
          new Response(
            new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }),
          ),
      },
      /longer than 524288 bytes/,
    ],
  ])('%s', async (_why, pages, report) => {
    const here = world(pages);
    expect(await here.call(await tokenOf(here))).toMatchObject({
      status: 503,
      code: 'auth.unavailable',
      message: expect.stringContaining('issuer `idp`') as string,
      headers: { 'retry-after': '5' },
    });
    expect(here.reports).toStrictEqual([expect.stringMatching(report)]);
  });

  test('an issuer that is down is asked once in five seconds, however many calls come', async () => {
    const here = world({ [METADATA]: down });
    for (let at = 0; at < 50; at += 1) await here.call(await tokenOf(here));
    expect(here.network.asked).toHaveLength(1);
    here.clock.advance(5_000);
    here.network.pages.set(METADATA, { issuer: ISSUER, jwks_uri: KEYS });
    expect(await here.call(await tokenOf(here))).toMatchObject(accepted);
  });

  test('known keys outlive a short absence of the issuer, and no long one', async () => {
    const here = world();
    expect(await here.call(await tokenOf(here))).toMatchObject(accepted);
    here.network.pages.set(METADATA, down);
    here.clock.advance(1_800_000);
    expect(await here.call(await tokenOf(here))).toMatchObject(accepted);
    here.clock.advance(1_900_000);
    expect(await here.call(await tokenOf(here))).toMatchObject({ code: 'auth.unavailable' });
  });

  test('a wall clock that is set back makes no key younger', async () => {
    const here = world();
    const token = await tokenOf(here);
    await here.call(token);
    here.network.pages.set(METADATA, down);
    here.clock.advance(3_600_000);
    here.clock.advance(-3_600_000);
    expect(await here.call(token)).toMatchObject({ code: 'auth.unavailable' });
  });
});

test('a redirect is not followed, by a real server neither', async () => {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    if (request.url === '/keys') response.writeHead(302, { location: '/elsewhere' }).end();
    else response.end(JSON.stringify({ keys: [first.publicJwk] }));
  }).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await once(server, 'listening');
  const keys = `http://127.0.0.1:${(server.address() as AddressInfo).port}/keys`;
  const reports: string[] = [];
  const authenticator = createAuthenticator(authOf(YAML.replace('}', `, jwks: '${keys}'}`)), {
    clock: fakeClock(),
    data: '/nowhere',
    report: (line) => void reports.push(line),
  });
  const token = await tokenOf(world());
  const headers = { authorization: [`Bearer ${token}`] };
  expect(await authenticator.authenticate({ method: 'POST', url: '/mcp', headers })).toMatchObject({
    status: 503,
  });
  expect(asked).toStrictEqual(['/keys']);
  expect(reports.join()).toContain('status 302');
});

describe('where keys are', () => {
  test('RFC 8414 metadata do where there are none of OpenID Connect', async () => {
    const here = world({
      [METADATA]: () => new Response('', { status: 404 }),
      [OTHER_METADATA]: { issuer: ISSUER, jwks_uri: KEYS },
    });
    expect(await here.call(await tokenOf(here))).toMatchObject(accepted);
  });

  test('an address in the configuration needs no metadata', async () => {
    const here = world({}, YAML.replace('}', `, jwks: '${KEYS}'}`));
    expect(await here.call(await tokenOf(here))).toMatchObject(accepted);
    expect(here.network.asked).toStrictEqual([KEYS]);
  });

  test('a key that is for encryption verifies nothing', async () => {
    const here = world({ [KEYS]: { keys: [{ ...first.publicJwk, use: 'enc' }, second.publicJwk] } });
    expect(await here.call(await tokenOf(here))).toMatchObject({ code: 'auth.signature' });
  });

  test('a set with a secret in it still verifies with its public keys', async () => {
    const here = world({ [KEYS]: { keys: [{ kty: 'oct', k: 'c2VjcmV0', kid: 'first' }, first.publicJwk] } });
    expect(await here.call(await tokenOf(here))).toMatchObject(accepted);
  });
});
