/** Whoever gives up is heard by everybody who works for them. */
import { expect, test } from 'vitest';
import { type JsonObject, isJsonObject } from '@writ/core';
import { createFakeGuard } from './fake-guard.ts';
import { Harness } from './harness.ts';

async function slowState(harness: Harness): Promise<JsonObject> {
  const { structuredContent } = await harness.call('received');
  const slow = isJsonObject(structuredContent) ? structuredContent['slow'] : undefined;
  return isJsonObject(slow) ? slow : {};
}

/** Starts the call that never ends, and waits until the server has it. */
async function slowCall(harness: Harness, id: string): Promise<{ readonly answer: Promise<JsonObject> }> {
  const answer = harness.ask('tools/call', { name: 'slow' }, id);
  const count = (): number =>
    harness.guard.actions.filter(({ parts }) => parts[0]?.resource.id === 'files/slow').length;
  while (Object.keys(await slowState(harness)).length < count() || count() === 0);
  return { answer };
}

test('cancelling a call under way cancels it at the server under its own id, with the reason', async () => {
  const harness = new Harness();
  await harness.initialize();
  await slowCall(harness, 'mine');
  harness.write({
    jsonrpc: '2.0',
    method: 'notifications/cancelled',
    params: { requestId: 'mine', reason: 'changed my mind', smuggled: 'data' },
  });
  const cancelled = await harness.received('notifications/cancelled');
  expect(cancelled).toMatchObject([{ params: { reason: 'changed my mind' } }]);
  expect(JSON.stringify(cancelled)).not.toContain('mine');
  expect(JSON.stringify(cancelled)).not.toContain('smuggled');
  expect(Object.values(await slowState(harness))).toEqual(['cancelled: changed my mind']);
});

test('a cancelled call is not answered', async () => {
  const harness = new Harness();
  await harness.initialize();
  await slowCall(harness, 'mine');
  harness.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'mine' } });
  await harness.received('notifications/cancelled');
  expect(harness.told).toEqual([]);
});

test('a kill cancels the call at the server and answers the client', async () => {
  const guard = createFakeGuard();
  const harness = new Harness({ guard });
  await harness.initialize();
  const { answer } = await slowCall(harness, 'mine');
  guard.kill();
  expect((await answer)['result']).toMatchObject({ isError: true });
});

test('cancelling a held call withdraws it, and it never reaches the server', async () => {
  const guard = createFakeGuard(({ parts }) =>
    parts[0]?.resource.id === 'files/slow' ? { hold: new Promise(() => {}) } : 'allow',
  );
  const harness = new Harness({ guard });
  await harness.initialize();
  void harness.ask('tools/call', { name: 'slow', _meta: { progressToken: 1 } }, 'held');
  await harness.toldOf('notifications/progress');
  harness.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 'held' } });
  expect(await slowState(harness)).toEqual({});
  const held = guard.actions.find(({ parts }) => parts[0]?.resource.id === 'files/slow');
  expect(held?.signal?.aborted).toBe(true);
});

test('cancelling what is not under way does nothing', async () => {
  const harness = new Harness();
  await harness.initialize();
  harness.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 99 } });
  harness.write({ jsonrpc: '2.0', method: 'notifications/cancelled', params: {} });
  harness.write({ jsonrpc: '2.0', method: 'notifications/cancelled' });
  expect(await harness.received('notifications/cancelled')).toEqual([]);
});

test('a request under an id that is in use is refused, and the one under way goes on', async () => {
  const harness = new Harness();
  await harness.initialize();
  await slowCall(harness, 'mine');
  const refused = harness.answerTo(null);
  harness.write({ jsonrpc: '2.0', id: 'mine', method: 'ping' });
  expect(await refused).toMatchObject({ error: { code: -32600 } });
});
