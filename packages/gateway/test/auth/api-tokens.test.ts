// API tokens: what is kept of them, and when they stop to count.
import {
  chmodSync,
  linkSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemRandom } from '@writ/core';
import { fakeRandom } from '@writ/core/testing';
import {
  createTokenText,
  isTokenText,
  type StoredToken,
  TokenFolder,
  tokenHash,
  tokenId,
} from '../../src/auth/index.ts';
import { type AuthWorld, authWorld } from './issuer.ts';

let data: string;
let here: AuthWorld;

beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'writ-tokens-'));
  here = authWorld('{tokens: true, scopes: {methods: {tools/call: [mcp.call]}}}', {}, data);
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

/** A kept token, made by another process. */
function make(changes: Partial<StoredToken> = {}): {
  readonly text: string;
  readonly token: StoredToken;
  readonly file: string;
} {
  const text = createTokenText(systemRandom);
  const hash = tokenHash(text);
  const token: StoredToken = {
    id: tokenId(hash),
    hash: hash.toString('hex'),
    agent: { id: 'ci-bot', team: 'build' },
    scopes: [],
    created: here.clock.now(),
    expires: here.clock.now() + 60_000,
    ...changes,
  };
  new TokenFolder(data).add(token);
  return { text, token, file: join(data, 'tokens', `${token.id}.json`) };
}

test('a token is its agent and its person', async () => {
  const { text, token } = make({ person: { id: 'ann', roles: ['accountant'] } });
  expect(await here.call(text)).toStrictEqual({
    caller: {
      agent: { id: 'ci-bot', team: 'build' },
      person: { id: 'ann', roles: ['accountant'] },
      authentication: {
        method: 'api_token',
        assurance: 1,
        credentialId: `token:${token.id}`,
        at: here.clock.now(),
      },
    },
  });
});

describe('its text', () => {
  test('has 256 bits of randomness and a checksum', () => {
    const text = createTokenText(fakeRandom());
    expect(text).toMatch(/^writ_[0-9A-Za-z]{43}[0-9A-Za-z]{6}$/);
    expect(isTokenText(text)).toBe(true);
    expect(createTokenText({ bytes: (length) => new Uint8Array(length).fill(255) })).toMatch(
      /^writ_[0-9A-Za-z]{49}$/,
    );
    expect(createTokenText({ bytes: (length) => new Uint8Array(length) })).toMatch(/^writ_0{43}/);
  });

  test('with any one character changed is no token', () => {
    const text = createTokenText(fakeRandom());
    for (let at = 5; at < text.length; at += 1) {
      const other = text[at] === 'a' ? 'b' : 'a';
      expect(isTokenText(`${text.slice(0, at)}${other}${text.slice(at + 1)}`)).toBe(false);
    }
  });
});

describe('a token counts no more', () => {
  test('at the next call after another process revoked it', async () => {
    const { text, token } = make();
    expect(await here.call(text)).toHaveProperty('caller');
    new TokenFolder(data).revoke(token, here.clock.now());
    expect(await here.call(text)).toMatchObject({ status: 401, code: 'auth.revoked' });
  });

  test('once it has expired, to the millisecond', async () => {
    const { text } = make();
    here.clock.advance(59_999);
    expect(await here.call(text)).toHaveProperty('caller');
    here.clock.advance(1);
    expect(await here.call(text)).toMatchObject({ status: 401, code: 'auth.expired' });
  });

  test('once its file is gone', async () => {
    const { text, file } = make();
    expect(await here.call(text)).toHaveProperty('caller');
    rmSync(file);
    expect(await here.call(text)).toMatchObject({ code: 'auth.unknown' });
  });
});

describe('nobody is let in', () => {
  test.each<[string, (kept: ReturnType<typeof make>) => string]>([
    ['by a token that was never made', () => createTokenText(systemRandom)],
    ['by a token without its last character', ({ text }) => text.slice(0, -1)],
    ['by the hash in place of the token', ({ token }) => `writ_${token.hash}`],
    ['by the id', ({ token }) => `writ_${token.id}`],
    ['by a path', () => 'writ_../../keys/log'],
  ])('%s', async (_how, text) => {
    expect(await here.call(text(make()))).toMatchObject({ status: 401, code: 'auth.unknown' });
  });

  test('by a file under the id of a token that has another hash', async () => {
    const { text, file, token } = make();
    writeFileSync(file, readFileSync(file, 'utf8').replace(token.hash, `${token.id}${'0'.repeat(48)}`));
    expect(await here.call(text)).toMatchObject({ code: 'auth.unknown' });
  });

  test.each<[string, (file: string) => void]>([
    ['that others could have written', (file) => chmodSync(file, 0o666)],
    ['that others can read', (file) => chmodSync(file, 0o644)],
    [
      'that is a link',
      (file) => {
        renameSync(file, `${file}.away`);
        symlinkSync(`${file}.away`, file);
      },
    ],
    ['that is cut off', (file) => writeFileSync(file, readFileSync(file, 'utf8').slice(0, 40))],
    [
      'with a field that nobody knows',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('"agent"', '"role": "root", "agent"')),
    ],
    [
      'without an end',
      (file) => writeFileSync(file, readFileSync(file, 'utf8').replace(/"expires": \d+/, '"expires": null')),
    ],
  ])('by a file %s, and the operator is told', async (_what, change) => {
    const { text, file } = make();
    expect(await here.call(text)).toHaveProperty('caller');
    change(file);
    expect(await here.call(text)).toMatchObject({ status: 503, code: 'auth.unavailable' });
    expect(here.reports).toHaveLength(1);
    expect(here.reports.join()).not.toContain(text.slice(5));
  });

  test('by one token’s file under another’s name', async () => {
    const one = make();
    const two = make({ agent: { id: 'other' } });
    rmSync(one.file);
    linkSync(two.file, one.file);
    expect(await here.call(one.text)).toMatchObject({ status: 503 });
  });

  test('where API tokens are not accepted', async () => {
    const issuers = `{resource: 'https://g.example/mcp', issuers: {idp: {issuer: 'https://id.example.com'}}}`;
    const other = authWorld(issuers, {}, data);
    expect(await other.call(make().text)).toMatchObject({ code: 'auth.unknown' });
    expect(other.network.asked).toStrictEqual([]);
  });
});

test('a token has the scopes that it was given and no others', async () => {
  const [without, withScope] = [make(), make({ scopes: ['mcp.call'] })];
  expect(await here.call(without.text, { rpcMethod: 'tools/call' })).toMatchObject({
    status: 403,
    code: 'auth.scope',
  });
  expect(await here.call(withScope.text, { rpcMethod: 'tools/call' })).toHaveProperty('caller');
});

test('no issuer is asked about an API token', async () => {
  const both = `{tokens: true, resource: 'https://g.example/mcp', issuers: {idp: {issuer: 'https://id.example.com'}}}`;
  const other = authWorld(both, {}, data);
  expect(await other.call(make().text)).toHaveProperty('caller');
  expect(other.network.asked).toStrictEqual([]);
});
