// Envoy's ext_authz over HTTP: each answer is judged and recorded like any action.
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type Service, service } from './service.ts';

describe('Envoy (ext_authz over HTTP)', () => {
  /** As Envoy asks: the method and path of the request it holds, its `Host`, and headers that the operator lets through. */
  async function check(
    here: Service,
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body?: Buffer,
  ): Promise<{ status: number; text: string }> {
    const { request } = await import('node:http');
    const { address } = here.running;
    if ('socket' in address) throw new Error('it listens on a socket');
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          port: address.port,
          host: '127.0.0.1',
          method,
          path,
          headers: {
            host: 'api.test',
            'x-forwarded-proto': 'https',
            'writ-authorization': `Bearer ${here.token}`,
            ...headers,
          },
        },
        (response) => {
          let text = '';
          response.on('data', (chunk: Buffer) => (text += chunk.toString()));
          response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
        },
      );
      sent.once('error', reject);
      sent.end(body);
    });
  }

  test.each<[string, string, string, Record<string, string>, number]>([
    ['a request that policy permits', 'GET', '/ext-authz/v1/items', {}, 200],
    ['another path', 'GET', '/ext-authz/admin', {}, 403],
    ['another host', 'GET', '/ext-authz/v1/items', { host: 'evil.test' }, 403],
    ['dot segments, as they will be read', 'GET', '/ext-authz/v1/../admin', {}, 403],
    ['a path that begins like a host', 'GET', '/ext-authz//evil.test/v1/x', {}, 403],
    ['dot segments that would lead to what is permitted', 'GET', '/ext-authz/admin/../v1/items', {}, 403],
    ['letters that are encoded', 'GET', '/ext-authz/v1/%69tems', {}, 403],
    ['dots before an encoded slash', 'GET', '/ext-authz/v1/..%2fadmin', {}, 400],
    ['a backslash', 'GET', '/ext-authz/v1/..\\admin', {}, 400],
    ['a scheme that is no web', 'GET', '/ext-authz/v1/items', { 'x-forwarded-proto': 'ftp' }, 400],
    ['a port past the last', 'GET', '/ext-authz/v1/items', { host: 'api.test:65537' }, 400],
    ['an encoded slash, in small letters', 'GET', '/ext-authz/v1/@scope%2fname', {}, 200],
    ['a host in capitals', 'GET', '/ext-authz/v1/items', { host: 'API.test' }, 200],
    ['a host with a dot at the end', 'GET', '/ext-authz/v1/items', { host: 'api.test.' }, 400],
    ['an address in an odd notation', 'GET', '/ext-authz/v1/items', { host: '0x7f.1' }, 400],
    ['a query, as it is written', 'GET', "/ext-authz/v1/items?q='%61'&p=../..", {}, 200],
    ['another scheme', 'GET', '/ext-authz/v1/items', { 'x-forwarded-proto': 'http' }, 403],
    ['what a person has to agree to', 'DELETE', '/ext-authz/v1/items', {}, 403],
    ['a host that cannot be read', 'GET', '/ext-authz/v1/items', { host: 'a@b' }, 400],
    [
      'the token of the request that is asked about',
      'GET',
      '/ext-authz/v1/items',
      { 'writ-authorization': '', authorization: 'Bearer x' },
      400,
    ],
  ])('is answered about %s', async (_what, method, path, headers, status) => {
    const here = await service();
    const answer = await check(here, method, path, headers);
    expect(answer.status).toBe(status);
    expect(here.entries().filter((entry) => entry.startsWith('decision'))).toHaveLength(
      status === 400 ? 0 : 1,
    );
  });

  const CARD = Buffer.from('{"note": "card 4111 1111 1111 1111"}');

  test.each<[string, Buffer, Record<string, string>]>([
    ['in it', CARD, {}],
    ['in it, packed', gzipSync(CARD), { 'content-encoding': 'gzip' }],
  ])('is answered about a body: a secret %s is refused', async (_what, body, headers) => {
    const here = await service();
    const answer = await check(here, 'POST', '/ext-authz/v1/items', headers, body);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { policies: ['no-cards'] } });
  });

  test.each<[string, Buffer, Record<string, string>]>([
    ['of which a part came', Buffer.from('{"note": "ca'), { 'x-envoy-auth-partial-body': 'true' }],
    ['packed in a way that nobody knows', CARD, { 'content-encoding': 'mystery' }],
    ['that is not packed as it says', CARD, { 'content-encoding': 'gzip' }],
  ])('is refused a body that cannot be looked at: one %s', async (_what, body, headers) => {
    const here = await service();
    const answer = await check(here, 'POST', '/ext-authz/v1/items', headers, body);
    expect(answer.status).toBe(403);
    expect(JSON.parse(answer.text)).toMatchObject({ error: { code: 'authz.body' } });
    const whole = { 'x-envoy-auth-partial-body': 'false' };
    expect((await check(here, 'POST', '/ext-authz/v1/items', whole, Buffer.from('{}'))).status).toBe(200);
  });

  test('is told the reference where a person has to agree', async () => {
    const here = await service();
    const { text } = await check(here, 'DELETE', '/ext-authz/v1/items');
    expect(JSON.parse(text)).toMatchObject({
      error: { verdict: 'step_up', reference: expect.stringMatching(/#\d+$/) as string },
    });
  });
});
