/** Nothing goes on for longer than its caller may call. */
import { describe, expect, test } from 'vitest';
import { HttpHarness, modernRequest } from '../../http-harness.ts';
import { as } from '../callers.ts';
import { streamOf } from '../events.ts';
import { CALL, KEEP_ALIVE_MS, start, waiting } from './open-calls.ts';

describe('a token that ends', () => {
  const listenRequest = (token: string) =>
    modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }, as(token));

  test.each([
    ['was revoked', 'auth.revoked', 401],
    ['expired', 'auth.expired', 401],
    ['lost its scope', 'auth.scope', 403],
  ])('ends what listens by it, in either era, when it %s', async (_why, code, status) => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const session = await harness.session('2025-11-25', as('a'));
    const legacy = await fetch(harness.url, { headers: { ...session, accept: 'text/event-stream' } });
    const modern = await harness.open(...listenRequest('a'));
    const others = await harness.open(...listenRequest('b'));
    await Promise.all([modern, others].map((response) => streamOf(response.clone()).next()));
    timers.fire(KEEP_ALIVE_MS);
    expect(harness.face.stats().streams).toBe(3);
    callers.end('a', code, status);
    timers.fire(KEEP_ALIVE_MS);
    await Promise.all([legacy, modern].map((response) => streamOf(response).ended()));
    await expect.poll(() => harness.face.stats().streams).toBe(1);
    await expect
      .poll(() => harness.servers.flatMap(({ aborted }) => aborted))
      .toEqual(['subscriptions/listen']);
    expect((await harness.post(CALL, session)).status).toBe(status);
    expect((await harness.modern('tools/list', {}, as('a'))).status).toBe(status);
  });

  test('leaves streams alone while nobody can be asked about it', async () => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const open = streamOf(await harness.open(...listenRequest('a')));
    await open.next();
    callers.end('a', 'auth.unavailable', 503);
    timers.fire(KEEP_ALIVE_MS);
    await expect.poll(() => harness.face.stats().streams).toBe(1);
    expect(harness.servers[0]?.aborted).toEqual([]);
  });

  test('and is another’s from then on ends what listens by it', async () => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const open = streamOf(await harness.open(...listenRequest('a')));
    await open.next();
    callers.become('a', 'somebody-else');
    timers.fire(KEEP_ALIVE_MS);
    await open.ended();
    await expect.poll(() => harness.servers[0]?.aborted).toEqual(['subscriptions/listen']);
  });

  test.each([
    ['is cancelled, because it was revoked', 'auth.revoked', ['tools/call']],
    ['may end, because it expired by itself', 'auth.expired', []],
  ])('and then the call under way %s', async (_what, code, aborted) => {
    const { behave } = waiting();
    const { harness, callers, timers } = await start(behave);
    const stream = streamOf(await harness.open(...modernRequest('tools/call', { name: 'echo' }, as('a'))));
    await stream.next();
    // Looked at after the call, and so over once it has ended.
    const other = streamOf(await harness.open(...listenRequest('b')));
    await other.next();
    callers.end('a', code);
    callers.end('b');
    timers.fire(KEEP_ALIVE_MS);
    await other.ended();
    if (aborted.length > 0) await stream.ended();
    await expect.poll(() => harness.servers[0]?.aborted).toEqual(aborted);
  });
});

test('who left while it was found out who they are is not acted for', async () => {
  const asked = Promise.withResolvers<void>();
  const known = Promise.withResolvers<void>();
  const harness = await HttpHarness.start();
  const slow = await HttpHarness.start({
    authenticate: (_request, method) => {
      if (method === undefined) return {};
      asked.resolve();
      return known.promise.then(() => ({})) as never;
    },
  });
  const leaving = new AbortController();
  const sent = slow.modern('tools/call', { name: 'echo' }, {}, leaving.signal).catch(() => 'left');
  await asked.promise;
  leaving.abort();
  expect(await sent).toBe('left');
  // The other side hears of it when its own event loop does.
  await harness.modern('tools/call', { name: 'echo' });
  known.resolve();
  await expect.poll(() => slow.face.stats().refused['gone']).toBe(1);
  expect(slow.guard.actions).toEqual([]);
});
