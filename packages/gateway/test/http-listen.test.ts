/** `subscriptions/listen`: acknowledged first, for all servers together, and nothing that was not asked for. */
import { expect, test } from 'vitest';
import { createFakeGuard } from './fake-guard.ts';
import { dataOf, echo, HttpHarness, modernRequest } from './http-harness.ts';
import type { Behaviour, MemoryUpstream } from './memory-upstream.ts';

const SUBSCRIPTION = 'io.modelcontextprotocol/subscriptionId';

/** Listens like a server: acknowledges, then waits; `tell` speaks on the stream. */
function listening(early?: (server: MemoryUpstream) => Promise<void>): {
  behave: Behaviour;
  tell: ((method: string, params?: Record<string, string>) => Promise<void>)[];
} {
  const tell: ((method: string, params?: Record<string, string>) => Promise<void>)[] = [];
  const behave: Behaviour = async (asked, server, call) => {
    if (asked.method !== 'subscriptions/listen') return echo(asked, server, call);
    await early?.(server);
    const notifications = asked.params?.['notifications'] ?? {};
    tell.push((method, params) => server.tell(method, params, call));
    await tell.at(-1)?.('notifications/tools/list_changed');
    await server.tell('notifications/subscriptions/acknowledged', { notifications }, call);
    return new Promise(() => {});
  };
  return { behave, tell };
}

/** Messages of an open stream as they come. */
function messagesOf(response: Response): () => Promise<Record<string, unknown>> {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let held = '';
  const ready: string[] = [];
  return async () => {
    while (ready.length === 0) {
      const read = await reader?.read();
      if (read?.value === undefined) throw new Error('the stream ended');
      held += read.value;
      const at = held.lastIndexOf('\n\n');
      ready.push(...dataOf(held.slice(0, at + 1)));
      held = held.slice(at + 2);
    }
    return JSON.parse(ready.shift() ?? '') as Record<string, unknown>;
  };
}

test('the acknowledgement comes first and once, and everything names the client’s own subscription', async () => {
  const { behave, tell } = listening();
  const harness = await HttpHarness.start({ behave, servers: 2, expose: 'prefixed' });
  const leaving = new AbortController();
  const [message, headers] = modernRequest('subscriptions/listen', {
    notifications: { toolsListChanged: true },
  });
  const next = messagesOf(await harness.open({ ...message, id: 'mine' }, headers, leaving.signal));
  const meta = { [SUBSCRIPTION]: 'mine' };
  expect(await next()).toEqual({
    jsonrpc: '2.0',
    method: 'notifications/subscriptions/acknowledged',
    params: { notifications: { toolsListChanged: true }, _meta: meta },
  });
  const changed = { jsonrpc: '2.0', method: 'notifications/tools/list_changed', params: { _meta: meta } };
  // What both said before they acknowledged.
  expect(await next()).toEqual(changed);
  expect(await next()).toEqual(changed);
  await tell[0]?.('notifications/prompts/list_changed');
  await tell[1]?.('notifications/tools/list_changed');
  expect(await next()).toEqual(changed);
  leaving.abort();
  await expect
    .poll(() => harness.servers.map(({ aborted }) => aborted))
    .toEqual([['subscriptions/listen'], ['subscriptions/listen']]);
});

test('each resource is judged, and a refused one opens nothing', async () => {
  const { behave } = listening();
  const guard = createFakeGuard(({ parts }) =>
    parts.some(({ resource }) => resource.type === 'data' && resource.id === 'file:///secret')
      ? 'deny'
      : 'allow',
  );
  const harness = await HttpHarness.start({ behave, guard });
  const notifications = { resourceSubscriptions: ['file:///a', 'file:///secret'] };
  const { messages } = await harness.modern('subscriptions/listen', { notifications });
  expect(messages).toMatchObject([{ error: { code: -32010 } }]);
  expect(harness.servers[0]?.asked.map(({ method }) => method)).not.toContain('subscriptions/listen');
});

test('a resource that was not asked for is not told of', async () => {
  const { behave, tell } = listening();
  const harness = await HttpHarness.start({ behave });
  const leaving = new AbortController();
  const request = modernRequest('subscriptions/listen', {
    notifications: { resourceSubscriptions: ['file:///a'] },
  });
  const next = messagesOf(await harness.open(...request, leaving.signal));
  await next();
  await tell[0]?.('notifications/resources/updated', { uri: 'file:///b' });
  await tell[0]?.('notifications/resources/updated', { uri: 'file:///a' });
  expect(await next()).toMatchObject({ params: { uri: 'file:///a' } });
  leaving.abort();
});

test('what a kill or a policy refuses is not told, though the stream is open', async () => {
  const { behave, tell } = listening();
  let isKilled = false;
  const guard = createFakeGuard(({ method }) =>
    isKilled && method === 'notifications/resources/updated' ? 'deny' : 'allow',
  );
  const harness = await HttpHarness.start({ behave, guard });
  const leaving = new AbortController();
  const request = modernRequest('subscriptions/listen', {
    notifications: { resourceSubscriptions: ['file:///a'], toolsListChanged: true },
  });
  const next = messagesOf(await harness.open(...request, leaving.signal));
  await next();
  await next();
  isKilled = true;
  await tell[0]?.('notifications/resources/updated', { uri: 'file:///a' });
  await tell[0]?.('notifications/tools/list_changed');
  expect(await next()).toMatchObject({ method: 'notifications/tools/list_changed' });
  leaving.abort();
});

test('a server that cannot be listened to says so', async () => {
  const harness = await HttpHarness.start();
  const { status } = await harness.modern('subscriptions/listen', {
    notifications: { toolsListChanged: true },
  });
  expect(status).toBe(404);
});

test('without a filter nothing is opened', async () => {
  const harness = await HttpHarness.start();
  const { messages } = await harness.modern('subscriptions/listen');
  expect(messages).toMatchObject([{ error: { code: -32602 } }]);
  expect(harness.guard.actions).toHaveLength(0);
});
