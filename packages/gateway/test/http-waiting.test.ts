/** A held call over HTTP is kept alive: its client hears that it waits, and whoever stands between sees bytes. */
import { expect, test } from 'vitest';
import { createFakeGuard } from './fake-guard.ts';
import { manualTimers } from './harness.ts';
import { dataOf, HttpHarness, MODERN_META, modernRequest } from './http-harness.ts';

test.each(['modern', 'legacy'])('over %s HTTP, by progress and by comments on its stream', async (era) => {
  const release = Promise.withResolvers<'allow'>();
  const guard = createFakeGuard(({ method }) =>
    method === 'tools/call' ? { hold: release.promise } : 'allow',
  );
  const timers = manualTimers();
  const harness = await HttpHarness.start({ guard, timers });
  const params = { name: 'echo', _meta: { progressToken: 'mine' } };
  const response =
    era === 'modern'
      ? await harness.open(
          ...modernRequest('tools/call', { ...params, _meta: { ...MODERN_META, ...params._meta } }),
        )
      : await harness.open({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, await harness.session());
  // The head came, though the call still waits: it was told of at once.
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  timers.fire(5_000);
  timers.fire(15_000);
  release.resolve('allow');
  const text = await response.text();
  const messages = dataOf(text).map((one) => JSON.parse(one) as Record<string, unknown>);
  const told = messages.filter(({ method }) => method === 'notifications/progress');
  expect(told.length).toBeGreaterThanOrEqual(2);
  for (const { params: own } of told)
    expect(own).toMatchObject({
      progressToken: 'mine',
      message: expect.stringContaining('fake.example/log#7'),
    });
  const steps = told.map(({ params: own }) => (own as { progress: number }).progress);
  expect(steps).toEqual(steps.toSorted((left, right) => left - right));
  expect(new Set(steps).size).toBe(steps.length);
  expect(text).toContain(': keep-alive\n\n');
  expect(messages.at(-1)).toMatchObject({ id: 1, result: {} });
  expect(messages.every(({ method }) => method === undefined || method === 'notifications/progress')).toBe(
    true,
  );
});

test.each(['modern', 'legacy'])(
  'a held call over %s HTTP that the gateway’s end cuts off is given up in its name',
  async (era) => {
    const guard = createFakeGuard(({ method }) =>
      method === 'tools/call' ? { hold: new Promise(() => {}) } : 'allow',
    );
    const harness = await HttpHarness.start({ guard });
    const params = { name: 'echo' };
    const answered =
      era === 'modern'
        ? harness.modern('tools/call', params)
        : harness.post({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }, await harness.session());
    const held = () => guard.actions.find(({ method }) => method === 'tools/call')?.signal;
    await expect.poll(() => held()).toBeDefined();
    await harness.face.close();
    await answered;
    expect(held()?.reason).toMatchObject({ code: 'guard.aborted', message: 'the gateway was going down' });
  },
);

test('a held call that became a task is given up by a drain in the gateway’s name', async () => {
  const guard = createFakeGuard(({ method }) =>
    method === 'tools/call' ? { hold: new Promise(() => {}) } : 'allow',
  );
  const harness = await HttpHarness.start({ guard, hasApprovers: true });
  const capabilities = { extensions: { 'io.modelcontextprotocol/tasks': {} } };
  const _meta = { ...MODERN_META, 'io.modelcontextprotocol/clientCapabilities': capabilities };
  const { messages } = await harness.modern('tools/call', { name: 'echo', _meta });
  expect(messages).toMatchObject([{ result: { resultType: 'task' } }]);
  await harness.face.drain(1_000);
  const held = guard.actions.find(({ method }) => method === 'tools/call');
  expect(held?.signal?.reason).toMatchObject({ code: 'guard.aborted' });
});
