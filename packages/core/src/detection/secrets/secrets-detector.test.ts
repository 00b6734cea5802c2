import { describe, expect, test } from 'vitest';

import type { JsonValue } from '../../kernel/index.ts';
import { createSecretsDetector } from '../index.ts';

function secretsIn(value: JsonValue): readonly (readonly [string | undefined, string])[] {
  return createSecretsDetector()
    .detect({ value, direction: 'result', target: 'test' })
    .map(({ detail, span }) => {
      const scanned =
        typeof value === 'string' ? value : (value as Record<string, JsonValue>)[span.pointer.slice(1)];
      const text = typeof scanned === 'string' ? scanned : '';
      return [detail, text.slice(span.start, span.end)];
    });
}

/** Made-up characters of a given length, so that no real token stands in a test. */
function madeUp(length: number, alphabet = 'aB3dE5gH7jK9mN1pQ2sT4vW6yZ8'): string {
  return Array.from({ length }, (_, at) => alphabet[(at * 7 + 3) % alphabet.length]).join('');
}
const HEX = '0f1e2d3c4b5a69788796a5b4c3d2e1f0';

describe('issued tokens are known by their published form', () => {
  test.each<[string, string]>([
    ['aws-access-key', `AKIA${madeUp(16, 'ABCDEFGH2345')}`],
    ['github-token', `ghp_${madeUp(36)}`],
    ['github-token', `github_pat_${madeUp(22)}_${madeUp(59)}`],
    ['gitlab-token', `glpat-${madeUp(20)}`],
    ['slack-token', `xoxb-${madeUp(12, '1234567890')}-${madeUp(13, '1234567890')}-${madeUp(24)}`],
    ['stripe-key', `sk_live_${madeUp(24)}`],
    ['google-api-key', `AIza${madeUp(35)}`],
    ['openai-key', `sk-proj-${madeUp(60)}`],
    ['anthropic-key', `sk-ant-api03-${madeUp(93)}AA`],
    ['npm-token', `npm_${madeUp(36)}`],
    ['writ-token', `writ_${madeUp(49)}`],
    ['pypi-token', `pypi-AgEIcHlwaS5vcmc${madeUp(60)}`],
    ['sendgrid-key', `SG.${madeUp(22)}.${madeUp(43)}`],
    ['twilio-key', `SK${HEX}`],
    ['azure-storage-key', `AccountKey=${madeUp(86)}==`],
    ['azure-client-secret', `abC8Q~${madeUp(34)}`],
    ['mailchimp-key', `${HEX}-us12`],
    ['telegram-token', `1234567890:AA${madeUp(33)}`],
    ['vault-token', `hvs.${madeUp(95)}`],
  ])('%s', (detail, token) => {
    expect(secretsIn(`see ${token} here`)).toContainEqual([detail, token]);
  });

  test.each([
    ['masked with one sign', `ghp_${'x'.repeat(36)}`],
    ['a documented example', 'AKIAIOSFODNN7EXAMPLE'],
    ['too short', 'glpat-abc'],
    ['inside a longer word', `my${`AKIA${madeUp(16, 'ABCDEFGH2345')}`}`],
  ])('%s is none', (_why, text) => {
    expect(secretsIn(text)).toEqual([]);
  });
});

describe('keys and tokens in a frame', () => {
  const BODY = Array.from({ length: 4 }, () => madeUp(64)).join('\n');

  test('a PEM private key is found whole', () => {
    const key = `-----BEGIN RSA PRIVATE KEY-----\n${BODY}\n-----END RSA PRIVATE KEY-----`;
    expect(secretsIn(`a ${key} b`)).toEqual([['private-key', key]]);
  });

  test('one in JSON within JSON, with escaped line breaks, is found', () => {
    const text = JSON.stringify({ key: `-----BEGIN PRIVATE KEY-----\n${BODY}\n-----END PRIVATE KEY-----` });
    expect(secretsIn(text).some(([detail]) => detail === 'private-key')).toBe(true);
  });

  test('one that is cut off is found as far as it goes', () => {
    expect(secretsIn(`-----BEGIN PRIVATE KEY-----\n${BODY}`)).toHaveLength(1);
  });

  test('a public key is none', () => {
    expect(secretsIn(`-----BEGIN PUBLIC KEY-----\n${BODY}\n-----END PUBLIC KEY-----`)).toEqual([]);
  });

  test('a JWT is one only if its header is a JSON object with an algorithm', () => {
    const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'none', typ: 'JWT' })}.${part({ sub: '1' })}.${madeUp(43)}`;
    expect(secretsIn(token).filter(([detail]) => detail === 'jwt')).toEqual([['jwt', token]]);
    expect(secretsIn(`${part({ typ: 'JWT' })}.${part({ sub: '1' })}.${madeUp(43)}`)).toEqual([]);
  });

  test.each([
    ['basic-auth-url', 'https://ann:h0rse-battery@db.example.org/x', 'ann:h0rse-battery'],
    ['connection-string', 'postgresql://app:q8-Lantern-77@db.example.net:5432/prod', 'app:q8-Lantern-77'],
  ])('%s: user and password are the span, the host stays readable', (detail, url, span) => {
    expect(secretsIn(`url ${url}`)).toEqual([[detail, span]]);
  });

  test.each([
    ['a placeholder', 'https://${USER}:${PASSWORD}@example.com'],
    ['no password', 'https://example.com:8080/@scope/name'],
    ['a port before an at sign in the path', 'http://localhost:3000/users/@me'],
  ])('a URL with %s carries none', (_why, url) => {
    expect(secretsIn(url)).toEqual([]);
  });
});

describe('values that their name gives away', () => {
  test.each<[string, JsonValue, string]>([
    ['an environment line', 'DB_PASSWORD=tr0ub4dor', 'tr0ub4dor'],
    ['a quoted value with spaces around', "api_key = 'q8Zr2LmX0vTn5KcB'", 'q8Zr2LmX0vTn5KcB'],
    ['JSON in a string', '{"clientSecret": "q8Zr2LmX0vTn5KcB"}', 'q8Zr2LmX0vTn5KcB'],
    ['a header', 'Authorization: Bearer q8Zr2LmX0vTn5KcB', 'q8Zr2LmX0vTn5KcB'],
    ['a property of the value itself', { apiKey: 'q8Zr2LmX0vTn5KcB' }, 'q8Zr2LmX0vTn5KcB'],
    ['a password as a property', { password: 'hunter2!' }, 'hunter2!'],
    ['a sentence', 'the password is tr0ub4dor&3.', 'tr0ub4dor&3'],
    ['an option', 'mysql --password tr0ub4dor -h db', 'tr0ub4dor'],
    ['curl credentials', "curl -u 'ann:h0rse-battery' https://x.example", 'h0rse-battery'],
  ])('%s', (_how, value, secret) => {
    expect(secretsIn(value).map(([, text]) => text)).toContain(secret);
  });

  test.each<[string, JsonValue]>([
    ['a reference', 'password = config.database.password'],
    ['a call', 'token = getToken(request)'],
    ['an environment variable', 'API_KEY=${API_KEY}'],
    ['a stand-in', 'api_key: "your-api-key-here"'],
    ['a type', 'password: string;'],
    ['a length', 'max_tokens: 4096, token_count = 12345678901'],
    ['a page token', { nextPageToken: 'q8Zr2LmX0vTn5KcB' }],
    ['a public key', 'publicKey = "q8Zr2LmX0vTn5KcBq8Zr2LmX"'],
    ['a name of a secret', 'secretName: prod-db-credentials-2'],
    ['an identifier', 'requestId: 5b8c1f60-91d2-4e7a-b3f4-6a0c2d9e8f17'],
    ['a checksum', 'sha256:9f2c4b7a1e6d8035f1a7c3e9b2d4860f7c5e1a9b3d8f6042e7b1c5a9d3f80264'],
    [
      'prose about passwords',
      'The password is required: it must have 12 characters. Reset your password at any time.',
    ],
  ])('%s is none', (_why, value) => {
    expect(secretsIn(value)).toEqual([]);
  });
});
