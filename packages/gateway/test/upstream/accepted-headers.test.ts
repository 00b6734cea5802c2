/** Which arguments are mirrored in headers is said by the definition that was accepted, and not by what a server lists now. */
import { expect, test } from 'vitest';
import { definitionHash, type JsonObject } from '@writ/core';
import { acceptedHeaders } from '../../src/mcp/upstream/index.ts';
import { answer, json, listen, methodOf } from './listener.ts';
import { META, Session } from './session.ts';

const tool = (header: string): JsonObject => ({
  name: 'pay',
  inputSchema: { type: 'object', properties: { to: { type: 'string', 'x-mcp-header': header } } },
});

/** Pins of one tool. */
function pinned(definition: JsonObject, status: 'accepted' | 'quarantined' = 'accepted') {
  const hash = definitionHash(definition);
  const pin = { server: 's', tool: 'pay', definitionHash: hash, status, definition };
  let reads = 0;
  return {
    reads: () => reads,
    state: {
      pins: () => {
        reads += 1;
        return [pin];
      },
      pinStanding: () => ({ status, definitionHash: hash }),
    },
  };
}

async function headersSent(state: Parameters<typeof acceptedHeaders>[0]) {
  const upstream = await listen((came, response) => {
    const results: Record<string, JsonObject> = {
      'server/discover': { resultType: 'complete', supportedVersions: ['2026-07-28'], capabilities: {} },
      'tools/list': { resultType: 'complete', tools: [tool('Elsewhere')], ttlMs: 0, cacheScope: 'private' },
    };
    json(response, answer(came, results[methodOf(came)] ?? { resultType: 'complete', content: [] }));
  });
  const config = { name: 's', url: upstream.url, era: 'modern' } as const;
  const session = new Session(config, {
    era: 'modern',
    servers: { parameterHeaders: acceptedHeaders(state) },
  });
  await session.modern('tools/list');
  await session.modern('tools/call', { name: 'pay', arguments: { to: 'ann' }, _meta: META });
  return upstream.came.find((came) => methodOf(came) === 'tools/call')?.headers;
}

test('a listing that names another header changes nothing', async () => {
  const headers = await headersSent(pinned(tool('To')).state);
  expect(headers).toMatchObject({ 'mcp-param-to': 'ann' });
  expect(headers).not.toHaveProperty('mcp-param-elsewhere');
});

test('of a tool that nobody accepted nothing is mirrored', async () => {
  const headers = await headersSent(pinned(tool('To'), 'quarantined').state);
  expect(Object.keys(headers ?? {}).filter((name) => name.startsWith('mcp-param-'))).toEqual([]);
});

test('a definition is read once', () => {
  const { state, reads } = pinned(tool('To'));
  const headers = acceptedHeaders(state);
  for (let time = 0; time < 3; time += 1) expect(headers('s', 'pay')).toHaveLength(1);
  expect(reads()).toBe(1);
});
