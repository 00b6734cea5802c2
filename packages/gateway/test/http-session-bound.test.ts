/** One caller has a bounded number of legacy sessions, and takes nobody else's place. */
import { expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { as, Callers } from './attack/callers.ts';
import { echo, HttpHarness } from './http-harness.ts';

type Headers = Record<string, string>;

function start(limits: { sessions?: number; sessionsPerPrincipal: number }): Promise<HttpHarness> {
  const { authenticate } = new Callers();
  return HttpHarness.start({
    authenticate,
    limits,
    behave: (asked, upstream, call) =>
      asked.method === 'tools/call' &&
      asked.params?.['name'] === 'echo' &&
      'wait' in argumentsOf(asked.params)
        ? new Promise(() => {})
        : echo(asked, upstream, call),
  });
}

const argumentsOf = (params: JsonObject): object => (params['arguments'] ?? {}) as object;

const open = (harness: HttpHarness, who: string): Promise<Headers> => harness.session('2025-06-18', as(who));

function ping(harness: HttpHarness, session: Headers): Promise<number> {
  return harness.post({ jsonrpc: '2.0', id: 1, method: 'ping' }, session).then(({ status }) => status);
}

/** A call that stays under way. */
async function occupy(harness: HttpHarness, session: Headers): Promise<void> {
  const before = harness.face.stats().underWay;
  const params = { name: 'echo', arguments: { wait: true } };
  void harness.post({ jsonrpc: '2.0', id: 9, method: 'tools/call', params }, session).catch(() => {});
  await expect.poll(() => harness.face.stats().underWay).toBe(before + 1);
}

function initialize(harness: HttpHarness, who: string) {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 't', version: '1' } };
  return harness.post({ jsonrpc: '2.0', id: 7, method: 'initialize', params }, as(who));
}

test('one session more than a caller may have ends the one of theirs that idles longest', async () => {
  const harness = await start({ sessionsPerPrincipal: 2 });
  const first = await open(harness, 'ann');
  const second = await open(harness, 'ann');
  await ping(harness, first);
  const third = await open(harness, 'ann');
  expect(await Promise.all([first, second, third].map((one) => ping(harness, one)))).toEqual([200, 404, 200]);
});

test('where all of theirs are in use one more is refused, says why, and others are let in', async () => {
  const harness = await start({ sessionsPerPrincipal: 1 });
  const busy = await open(harness, 'ann');
  await occupy(harness, busy);
  const refused = await initialize(harness, 'ann');
  expect(refused).toMatchObject({
    status: 429,
    messages: [{ id: 7, error: { message: expect.stringContaining('sessions of this caller') as string } }],
  });
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await initialize(harness, 'bob')).status).toBe(200);
  expect(await ping(harness, busy)).toBe(200);
});

test('a caller who opens sessions without end takes the place of nobody', async () => {
  const harness = await start({ sessions: 4, sessionsPerPrincipal: 3 });
  const theirs = await open(harness, 'bob');
  for (let count = 0; count < 20; count += 1) await open(harness, 'ann');
  expect(await ping(harness, theirs)).toBe(200);
});

test('a session that was ended makes room', async () => {
  const harness = await start({ sessionsPerPrincipal: 1 });
  const busy = await open(harness, 'ann');
  await occupy(harness, busy);
  await fetch(harness.url, { method: 'DELETE', headers: busy });
  expect((await initialize(harness, 'ann')).status).toBe(200);
});

test('where nobody is told apart the bound of all sessions is the only one', async () => {
  const harness = await HttpHarness.start({ limits: { sessionsPerPrincipal: 1 } });
  const sessions = [await harness.session(), await harness.session()];
  expect(await Promise.all(sessions.map((one) => ping(harness, one)))).toEqual([200, 200]);
});
