/** Tokens that are bound to a key (RFC 9449), for a server whose tokens the gateway fetches by itself. */
import { createHash, generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { calculateJwkThumbprint, decodeProtectedHeader, importJWK, type JWK, jwtVerify } from 'jose';
import { describe, expect, test } from 'vitest';
import type { UpstreamConfig } from '../../src/mcp/index.ts';
import { answer, json, listen, type Listener } from './listener.ts';
import { resultOf, Session } from './session.ts';

type Dpop = { readonly file?: string };

/** A proof, verified by the key in it. */
interface Proof {
  readonly thumbprint: string;
  readonly claims: Readonly<Record<string, unknown>>;
  readonly header: Readonly<Record<string, unknown>>;
}

async function proofIn(text = ''): Promise<Proof> {
  const header = decodeProtectedHeader(text);
  const jwk = header.jwk as JWK;
  const { payload } = await jwtVerify(text, await importJWK(jwk, 'ES256'), { typ: 'dpop+jwt' });
  return { thumbprint: await calculateJwkThumbprint(jwk), claims: payload, header: { ...header } };
}

/** An authorization server that wants `nonce` in proofs, where one is given, and issues tokens of `type`. */
function authority(nonce?: string, type = 'DPoP'): Promise<Listener> {
  return listen(async (came, response) => {
    const { claims } = await proofIn(came.headers['dpop']);
    if (nonce !== undefined && claims['nonce'] !== nonce)
      return json(response, { error: 'use_dpop_nonce' }, 400, { 'dpop-nonce': nonce });
    return json(response, { access_token: 'bound-token', token_type: type, expires_in: 3600 });
  });
}

function open(url: string, tokenUrl: string, data: string, dpop: Dpop = {}): Session {
  const config: UpstreamConfig = {
    name: 's',
    url,
    era: 'modern',
    auth: {
      kind: 'clientCredentials',
      tokenEndpoint: tokenUrl,
      clientId: 'gateway',
      proof: { kind: 'secret', secret: { env: 'SECRET' }, method: 'basic' },
      dpop,
    },
  };
  return new Session(config, { era: 'modern', servers: { environment: { SECRET: 'x' }, data } });
}

const folder = (): string => mkdtempSync(join(tmpdir(), 'writ-dpop-'));
const list = (session: Session) => session.modern('tools/list');

describe('a token that is bound to a key', () => {
  test('is shown as such, with a proof of its own for each request', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const tokens = await authority();
    const session = open(`${upstream.url}?tenant=1`, tokens.url, folder());
    for (let times = 0; times < 2; times += 1) resultOf(await list(session));
    expect(upstream.came.map(({ headers }) => headers['authorization'])).toStrictEqual([
      'DPoP bound-token',
      'DPoP bound-token',
    ]);
    const [first, second] = await Promise.all(upstream.came.map(({ headers }) => proofIn(headers['dpop'])));
    expect(first?.claims).toMatchObject({
      htm: 'POST',
      // RFC 9449 §4.2: without the query.
      htu: upstream.url,
      ath: createHash('sha256').update('bound-token').digest('base64url'),
    });
    expect(first?.claims['jti']).not.toBe(second?.claims['jti']);
    expect(first?.header['jwk']).not.toHaveProperty('d');
    const asked = await proofIn(tokens.came[0]?.headers['dpop']);
    expect([asked.thumbprint, second?.thumbprint]).toStrictEqual([first?.thumbprint, first?.thumbprint]);
  });

  test('has a nonce of the server and of the authorization server in its proofs, after each said so once', async () => {
    const upstream = await listen(async (came, response) => {
      const { claims } = await proofIn(came.headers['dpop']);
      if (claims['nonce'] === 'of-the-server') return json(response, answer(came, {}));
      return response
        .writeHead(401, { 'www-authenticate': 'DPoP error="use_dpop_nonce"', 'dpop-nonce': 'of-the-server' })
        .end();
    });
    const tokens = await authority('of-the-authority');
    const session = open(upstream.url, tokens.url, folder());
    for (let times = 0; times < 2; times += 1) resultOf(await list(session));
    expect([tokens.came.length, upstream.came.length]).toStrictEqual([2, 3]);
  });

  test.each([
    ['goes on asking for a nonce', 'another'],
    ['asks for one that is none', 'a"b'],
  ])('is tried twice and no more where the server %s', async (_what, nonce) => {
    const upstream = await listen((came, response) =>
      response
        .writeHead(401, {
          'www-authenticate': 'DPoP error="use_dpop_nonce"',
          'dpop-nonce': `${nonce}${nonce === 'another' ? came.headers['dpop']?.length : ''}`,
        })
        .end(),
    );
    const session = open(upstream.url, (await authority()).url, folder());
    await expect(list(session)).rejects.toMatchObject({ code: 'upstream.credential' });
    expect(upstream.came).toHaveLength(2);
    const { claims } = await proofIn(upstream.came[1]?.headers['dpop']);
    expect(claims['nonce']).toStrictEqual(nonce === 'another' ? expect.any(String) : undefined);
  });

  test('is refused where the authorization server did not bind it', async () => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    const session = open(upstream.url, (await authority(undefined, 'Bearer')).url, folder());
    await expect(list(session)).rejects.toMatchObject({ code: 'upstream.credential' });
    expect(upstream.came).toHaveLength(0);
  });
});

describe('the key', () => {
  const thumbprint = async (data: string, dpop?: Dpop): Promise<string> => {
    const upstream = await listen((came, response) => json(response, answer(came, {})));
    resultOf(await list(open(upstream.url, (await authority()).url, data, dpop)));
    return (await proofIn(upstream.came[0]?.headers['dpop'])).thumbprint;
  };

  test('is made once for a data folder, and kept in it', async () => {
    const data = folder();
    const first = await thumbprint(data);
    expect(readdirSync(join(data, 'servers'))).toStrictEqual(['s.dpop.pem']);
    expect(await thumbprint(data)).toBe(first);
    expect(await thumbprint(folder())).not.toBe(first);
  });

  test('is the one in the configured file, and nothing is made beside it', async () => {
    const [data, file] = [folder(), join(folder(), 'key.pem')];
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    writeFileSync(file, privateKey.export({ format: 'pem', type: 'pkcs8' }), { mode: 0o600 });
    const jwk = publicKey.export({ format: 'jwk' }) as JWK;
    expect(await thumbprint(data, { file })).toBe(await calculateJwkThumbprint(jwk));
    expect(readdirSync(data)).toStrictEqual([]);
  });

  test.each<[string, string, number, string]>([
    [
      'of another kind',
      generateKeyPairSync('ed25519').privateKey.export({ format: 'pem', type: 'pkcs8' }).toString(),
      0o600,
      'key.malformed',
    ],
    ['that is none', 'secret text', 0o600, 'key.malformed'],
    ['that others may read', 'secret text', 0o644, 'key.permissions'],
  ])('%s ends the start, and is not quoted', (_what, text, mode, code) => {
    const file = join(folder(), 'key.pem');
    writeFileSync(file, text, { mode });
    const start = (): Session => open('http://127.0.0.1:1/', 'http://127.0.0.1:1/token', folder(), { file });
    expect(start).toThrow(expect.objectContaining({ code }));
    expect(start).not.toThrow('secret text');
    expect(readFileSync(file, 'utf8')).toBe(text);
  });
});
