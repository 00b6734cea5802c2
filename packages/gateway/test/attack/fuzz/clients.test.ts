/** Whatever clients send over HTTP, in either era: an answer in JSON-RPC, never a fault of ours, and nothing passed on that is not what the strict parser read. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonicalJson, isJsonObject, type JsonValue, parseStrictJson } from '@writ/core';
import { HttpHarness, MODERN_META, modernRequest, type Answer } from '../../http-harness.ts';
import { headers, json, key, mutate, mutation, RUNS } from './arbitraries.ts';

/** What every answer must be: no fault of the gateway, and where it refuses, an error with a code and words. */
function isSound({ status, messages }: Answer): void {
  expect(status).toBeLessThan(500);
  if (status === 202 || status === 204) return;
  const [message] = messages.slice(-1);
  expect(message).toMatchObject({ jsonrpc: '2.0' });
  const error = message?.['error'];
  if (status >= 400) expect(isJsonObject(error)).toBe(true);
  if (!isJsonObject(error)) return;
  expect(error['code']).toEqual(expect.any(Number));
  // An internal error would be a fault of ours.
  expect(error['code']).not.toBe(-32603);
  expect(error['message']).toEqual(expect.stringMatching(/./s));
}

const METHODS = [
  'tools/call',
  'tools/list',
  'resources/list',
  'resources/read',
  'resources/templates/list',
  'prompts/list',
  'prompts/get',
  'completion/complete',
  'logging/setLevel',
  'server/discover',
  'initialize',
  'ping',
  'tasks/get',
  'tasks/update',
  'tasks/cancel',
  'tasks/list',
  'resources/subscribe',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/roots/list_changed',
  'x/unknown',
  'inputs/respond',
  'results/deliver',
] as const;

describe('from clients', () => {
  test('any bytes as a body, under headers of either era', async () => {
    const harness = await HttpHarness.start();
    const session = await harness.session();
    const [, modern] = modernRequest('tools/call', { name: 'echo' });
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.string().map((text) => new TextEncoder().encode(text)),
      json.map((one) => new TextEncoder().encode(JSON.stringify(one))),
    );
    await fc.assert(
      fc.asyncProperty(bytes, fc.constantFrom(session, modern), async (body, own) => {
        const before = harness.guard.actions.length;
        const response = await fetch(harness.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: '*/*', ...own },
          body: body.slice(),
        });
        const text = await response.text();
        if (response.status !== 202) expect(isJsonObject(parseStrictJson(text))).toBe(true);
        expect(response.status).toBeLessThan(500);
        if (response.status >= 400) expect(harness.guard.actions).toHaveLength(before);
      }),
      { numRuns: RUNS },
    );
    isSound(await harness.modern('tools/call', { name: 'echo' }));
    expect(harness.notes).toEqual([]);
  });

  test('valid requests of the modern era with anything changed in body and headers', async () => {
    const harness = await HttpHarness.start();
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...METHODS),
        fc.array(mutation, { maxLength: 3 }),
        headers,
        async (method, changes, own) => {
          const [message, good] = modernRequest(method, {
            name: 'echo',
            uri: 'file:///a',
            taskId: 't',
            arguments: { a: 1 },
          });
          const sent = changes.reduce(mutate, message);
          isSound(await harness.post(JSON.stringify(sent), { ...good, ...own }, AbortSignal.timeout(10_000)));
        },
      ),
      { numRuns: RUNS * 2 },
    );
    expect(harness.notes).toEqual([]);
    isSound(await harness.modern('tools/call', { name: 'echo' }));
  });

  test('valid requests of the legacy era with anything changed in body and headers', async () => {
    const harness = await HttpHarness.start();
    const session = await harness.session('2025-11-25');
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...METHODS),
        fc.array(mutation, { maxLength: 3 }),
        headers,
        async (method, changes, own) => {
          const message = {
            jsonrpc: '2.0',
            id: 7,
            method,
            params: { name: 'echo', arguments: { a: 1 }, _meta: { progressToken: 1 } },
          };
          isSound(
            await harness.post(
              JSON.stringify(changes.reduce(mutate, message)),
              { ...session, ...own },
              AbortSignal.timeout(10_000),
            ),
          );
        },
      ),
      { numRuns: RUNS * 2 },
    );
    expect(harness.notes).toEqual([]);
  });

  test.each(['GET', 'DELETE', 'PUT', 'PATCH', 'HEAD', 'OPTIONS'])('%s with any headers', async (method) => {
    const harness = await HttpHarness.start();
    const { 'mcp-session-id': id } = await harness.session('2025-11-25');
    await fc.assert(
      fc.asyncProperty(headers, fc.boolean(), async (own, knowsSession) => {
        const sent = { ...own, ...(knowsSession && method === 'GET' ? { 'mcp-session-id': id } : {}) };
        const leaving = new AbortController();
        const response = await fetch(harness.url, { method, headers: sent, signal: leaving.signal });
        expect(response.status).toBeLessThan(500);
        leaving.abort();
      }),
      { numRuns: 40 },
    );
    expect(harness.notes).toEqual([]);
  });

  test('what passes is what the strict parser read, to the last value, and what it refuses passes nowhere', async () => {
    const harness = await HttpHarness.start();
    let run = 0;
    const session = await harness.session();
    await fc.assert(
      fc.asyncProperty(
        fc.dictionary(key, json, { noNullPrototype: true }),
        fc.boolean(),
        async (args, isModern) => {
          const text = JSON.stringify(args);
          run += 1;
          const marked = `{"mark":${run},"all":${text}}`;
          const [message, own] = modernRequest('tools/call', { name: 'echo', arguments: {} });
          const body = (
            isModern
              ? JSON.stringify(message)
              : '{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","arguments":{}}}'
          ).replace('"arguments":{}', () => `"arguments":${marked}`);
          const answer = await harness.post(body, isModern ? own : session);
          isSound(answer);
          let read: JsonValue | undefined;
          try {
            read = parseStrictJson(marked);
          } catch {
            expect(answer.status).toBe(400);
            return;
          }
          const reached = harness.servers
            .flatMap(({ asked }) => asked)
            .map(({ params }) => params?.['arguments'])
            .find((one) => isJsonObject(one) && one['mark'] === run);
          expect(canonicalJson(reached ?? null)).toBe(canonicalJson(read));
          expect(answer.messages).toMatchObject([{ result: {} }]);
          const [{ result } = {}] = answer.messages;
          const given = isJsonObject(result) ? result['structuredContent'] : undefined;
          expect(canonicalJson(given ?? null)).toBe(canonicalJson(read));
        },
      ),
      { numRuns: RUNS },
    );
  });

  test.each([
    ['a key twice', '{"jsonrpc":"2.0","id":1,"method":"ping","method":"tools/call"}'],
    ['a key twice, once escaped', '{"jsonrpc":"2.0","id":1,"method":"ping","m\\u0065thod":"tools/call"}'],
    ['a lone surrogate', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":"\\ud800"}}'],
    ['an integer past 2^53', '{"jsonrpc":"2.0","id":9007199254740993,"method":"ping"}'],
    ['a number past all', '{"jsonrpc":"2.0","id":1,"method":"ping","params":{"a":1e999}}'],
    ['a byte order mark', '\ufeff{"jsonrpc":"2.0","id":1,"method":"ping"}'],
    ['a comment', '{"jsonrpc":"2.0",/**/"id":1,"method":"ping"}'],
    ['two messages', '{"jsonrpc":"2.0","id":1,"method":"ping"}{"jsonrpc":"2.0","id":2,"method":"ping"}'],
    ['a batch', '[{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo"}}]'],
    ['a hundred thousand brackets', '['.repeat(100_000)],
    ['a hundred thousand objects', '{"a":'.repeat(100_000)],
    ['an id that is an object', '{"jsonrpc":"2.0","id":{},"method":"ping"}'],
    ['an id that is null', '{"jsonrpc":"2.0","id":null,"method":"ping"}'],
    ['a request that answers', '{"jsonrpc":"2.0","id":1,"method":"ping","result":{}}'],
    ['another version', '{"jsonrpc":"1.0","id":1,"method":"ping"}'],
  ])('%s is refused with its place, and reaches nobody', async (_what, body) => {
    const harness = await HttpHarness.start();
    const session = await harness.session();
    const before = harness.servers[0]?.asked.length;
    for (const own of [session, modernRequest('ping')[1]]) {
      const answer = await harness.post(body, own);
      expect(answer.status).toBe(400);
      isSound(answer);
    }
    expect(harness.servers[0]?.asked).toHaveLength(before ?? 0);
  });
});

test('`_meta` of any form is refused, or passed on as it came', async () => {
  const harness = await HttpHarness.start();
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, json, { maxKeys: 4, noNullPrototype: true }), async (more) => {
      const text = `{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"echo","_meta":${JSON.stringify({ ...MODERN_META, own: more })}}}`;
      const [, own] = modernRequest('tools/call', { name: 'echo' });
      const answer = await harness.post(text, own);
      isSound(answer);
      if (answer.status !== 200) return;
      const sent = harness.servers[0]?.asked.at(-1)?.params?.['_meta'];
      expect(isJsonObject(sent) && canonicalJson(sent['own'] ?? null)).toBe(
        canonicalJson(parseStrictJson(JSON.stringify(more))),
      );
    }),
    { numRuns: RUNS },
  );
});
