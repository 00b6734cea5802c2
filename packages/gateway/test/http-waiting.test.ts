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
