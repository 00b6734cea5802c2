/** Whatever is written to the gateway, it answers in JSON-RPC, does nothing that was not judged, and stays alive. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { createFakeGuard } from './fake-guard.ts';
import { Harness } from './harness.ts';

const RUNS = 60;

/** Alive: it still answers, in order, after all that came before. */
async function isAlive(harness: Harness, id: string): Promise<boolean> {
  return isJsonObject((await harness.ask('ping', {}, id))['result']);
}

/** A gateway that permits nothing but its own questions to the fixture. */
function closed(): Harness {
  return new Harness({
    guard: createFakeGuard(({ method, parts }) =>
      method === 'initialize' || parts[0]?.resource.id === 'files/received' ? 'allow' : 'deny',
    ),
  });
}

test('any bytes on the input', async () => {
  const harness = closed();
  await harness.initialize();
  let run = 0;
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), async (bytes) => {
      harness.raw(bytes);
      harness.raw('\n');
      run += 1;
      expect(await isAlive(harness, `alive-${run}`)).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

test('any JSON in the place of parameters, under any method', async () => {
  const harness = closed();
  await harness.initialize();
  const before = await harness.received('tools/call');
  const method = fc.oneof(
    fc.constantFrom(
      'tools/call',
      'tools/list',
      'resources/read',
      'prompts/get',
      'completion/complete',
      'tasks/get',
      'initialize',
    ),
    fc.string({ minLength: 1 }),
  );
  let run = 0;
  await fc.assert(
    fc.asyncProperty(method, fc.jsonValue(), async (name, params) => {
      run += 1;
      const id = `any-${run}`;
      const answer = harness.answerTo(id);
      harness.write({ jsonrpc: '2.0', id, method: name, params: params as JsonValue });
      const { result, error } = await answer;
      expect((result === undefined) !== (error === undefined)).toBe(true);
    }),
    { numRuns: RUNS },
  );
  expect(await harness.received('tools/call')).toHaveLength(before.length + 1);
});

test('any JSON as arguments reaches the server exactly, or not at all', async () => {
  const harness = new Harness();
  await harness.initialize();
  const key = fc.oneof(fc.string(), fc.constantFrom('__proto__', 'constructor', 'toJSON', '0', ''));
  const args = fc.dictionary(key, fc.jsonValue(), { noNullPrototype: true });
  await fc.assert(
    fc.asyncProperty(args, async (given) => {
      const sent = JSON.parse(JSON.stringify(given)) as JsonObject;
      const { result, error } = await harness.ask('tools/call', { name: 'echo', arguments: sent });
      if (error !== undefined) {
        // Integers that cannot be held exactly are refused before anybody rounds them.
        expect(JSON.stringify(error)).toContain('cannot be held exactly');
        return;
      }
      const structuredContent = isJsonObject(result) ? result['structuredContent'] : undefined;
      const params = isJsonObject(structuredContent) ? structuredContent['params'] : undefined;
      expect(JSON.stringify(isJsonObject(params) ? params['arguments'] : undefined)).toBe(
        JSON.stringify(sent),
      );
    }),
    { numRuns: RUNS },
  );
});

test.each([
  ['a NUL byte', '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"\u0000"}}', null],
  [
    '10,000 levels',
    `{"jsonrpc":"2.0","id":"x","method":"tools/call","params":${'{"a":'.repeat(10_000)}1${'}'.repeat(10_000)}}`,
    'x',
  ],
  [
    'a key twice',
    '{"jsonrpc":"2.0","id":"x","method":"tools/call","params":{"name":"echo","name":"die"}}',
    'x',
  ],
  ['half a message', '{"jsonrpc":"2.0","id":"x"', null],
])('%s is a clear error, and counted', async (_why, text, id) => {
  const harness = closed();
  await harness.initialize();
  const answer = harness.answerTo(id);
  harness.raw(`${text}\n`);
  expect((await answer)['error']).toMatchObject({
    code: expect.any(Number),
    message: expect.stringMatching(/line 1/),
  });
  expect(harness.guard.refusals).toHaveLength(1);
  expect(await isAlive(harness, 'after')).toBe(true);
});

test('a line of 100 MB is one clear error, and memory stays bounded', async () => {
  const harness = closed();
  await harness.initialize();
  const before = process.memoryUsage().arrayBuffers;
  const chunk = Buffer.alloc(1024 * 1024, 0x61);
  const answer = harness.answerTo(null);
  for (let megabyte = 0; megabyte < 100; megabyte += 1) {
    if (!harness.stdin.write(chunk)) await new Promise((resolve) => harness.stdin.once('drain', resolve));
  }
  expect((await answer)['error']).toMatchObject({
    code: -32600,
    message: expect.stringContaining('16777216 bytes'),
  });
  harness.raw('\n');
  expect(await isAlive(harness, 'after')).toBe(true);
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
  expect(harness.guard.refusals).toEqual(['rpc.too-large']);
});

test('answers to questions that nobody asked are ignored', async () => {
  const harness = closed();
  await harness.initialize();
  harness.write({ jsonrpc: '2.0', id: 1, result: {} });
  harness.write({ jsonrpc: '2.0', id: 'x', error: { code: 1, message: 'x' } });
  expect(await isAlive(harness, 'after')).toBe(true);
});

test('requests under way when the input ends are answered, and the gateway ends well', async () => {
  const harness = new Harness();
  await harness.initialize();
  const answer = harness.ask('tools/call', { name: 'echo', arguments: { last: true } });
  harness.stdin.end();
  expect((await answer)['result']).toBeDefined();
  expect(await harness.done).toBe(0);
});
