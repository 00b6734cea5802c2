/** Servers of the modern era alone, as they refuse what a legacy client begins with. */
import { expect, test } from 'vitest';
import { answer, json, listen, type Listener } from './listener.ts';
import { resultOf, Session } from './session.ts';

const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {} },
};

function refusing(code: number, data?: object, often = Number.POSITIVE_INFINITY): Promise<Listener> {
  let refusals = 0;
  return listen((came, response) => {
    const isModern = came.headers['mcp-protocol-version'] === '2026-07-28';
    if (isModern && (refusals >= often || often === Number.POSITIVE_INFINITY))
      return json(response, answer(came, DISCOVERED));
    refusals += 1;
    const error = { code, message: 'no', ...(data === undefined ? {} : { data }) };
    return json(response, { jsonrpc: '2.0', id: came.body['id'] ?? null, error }, 400);
  });
}

test.each([
  ['that names the versions it supports', -32022, { supported: ['2026-07-28'] }],
  ['that misses its headers', -32020, undefined],
  ['that misses `_meta`', -32602, undefined],
  ['that knows no `initialize`', -32601, undefined],
])('a legacy client is served by a server %s', async (_why, code, data) => {
  const upstream = await refusing(code, data);
  const session = new Session({ name: 's', url: upstream.url }, { era: 'legacy' });
  expect(resultOf(await session.initialize())).toMatchObject({ capabilities: { tools: {} } });
});

test('a server that refuses a version once and names it as supported is asked once more', async () => {
  const upstream = await refusing(-32022, { supported: ['2026-07-28'], requested: '2026-07-28' }, 1);
  const session = new Session({ name: 's', url: upstream.url, era: 'modern' }, { era: 'legacy' });
  expect(resultOf(await session.initialize())).toMatchObject({ capabilities: { tools: {} } });
  expect(upstream.came.map(({ body }) => body['method'])).toStrictEqual([
    'server/discover',
    'server/discover',
  ]);
});
