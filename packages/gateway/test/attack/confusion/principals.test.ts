/** Whose request, task or question of the modern era it is: nobody else's. */
import { describe, expect, test } from 'vitest';
import { isJsonObject, type JsonObject } from '@writ/core';
import { createFakeGuard } from '../../fake-guard.ts';
import { echo, HttpHarness, MODERN_META, modernRequest } from '../../http-harness.ts';
import type { Behaviour } from '../../memory-upstream.ts';
import { as, Callers } from '../callers.ts';
import { streamOf } from '../events.ts';
import { start, waiting } from './open-calls.ts';

describe('principals of the modern era', () => {
  test('share nothing: servers, requests of one id, progress of one token', async () => {
    const { behave, calls } = waiting();
    const { harness } = await start(behave);
    const params = { name: 'echo', _meta: { ...MODERN_META, progressToken: 'same' } };
    const open = async (token: string) =>
      streamOf(await harness.open(...modernRequest('tools/call', params, as(token))));
    const [mine, others] = [await open('a'), await open('b')];
    await Promise.all([mine.next(), others.next()]);
    expect(harness.servers).toHaveLength(2);
    const [first] = harness.servers;
    const given = first?.asked.find(({ method }) => method === 'tools/call')?.params?.['_meta'];
    const token = isJsonObject(given) ? (given['progressToken'] ?? '') : '';
    expect(token).not.toBe('same');
    await first?.tell('notifications/progress', { progressToken: token, progress: 1 }, calls[0]);
    expect(await mine.next()).toMatchObject({ params: { progressToken: 'same', progress: 1 } });
    // A server that reports under a token that it was not given is heard by nobody.
    for (const guess of ['same', 0, 2, 3, 1.5, '1'])
      await first?.tell('notifications/progress', { progressToken: guess, progress: 2 });
    const last: JsonObject = { level: 'info', data: 'last' };
    await first?.tell('notifications/message', last, calls[0]);
    expect(await mine.next()).toMatchObject({ params: { data: 'last' } });
  });

  test('do not cancel one another’s requests, nor their own by a notification that could name another client’s', async () => {
    const { behave } = waiting();
    const { harness } = await start(behave);
    const stream = streamOf(await harness.open(...modernRequest('tools/call', { name: 'echo' }, as('a'))));
    await stream.next();
    for (const token of ['a', 'b']) {
      for (const requestId of [1, '#1', 'n1']) {
        const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId } };
        const headers = {
          ...as(token),
          'mcp-protocol-version': '2026-07-28',
          'mcp-method': 'notifications/cancelled',
        };
        expect((await harness.post(cancel, headers)).status).toBe(202);
      }
    }
    expect(harness.servers.flatMap(({ aborted }) => aborted)).toEqual([]);
  });

  test('do not see one another’s tasks', async () => {
    const extension = 'io.modelcontextprotocol/tasks';
    const capabilities = { extensions: { [extension]: {} } };
    const _meta = { ...MODERN_META, 'io.modelcontextprotocol/clientCapabilities': capabilities };
    const behave: Behaviour = (asked, server, call) => {
      if (asked.method === 'tools/call')
        return {
          result: {
            resultType: 'task',
            taskId: 't-1',
            status: 'working',
            ttlMs: 60_000,
            createdAt: '',
            lastUpdatedAt: '',
          },
        };
      if (asked.method.startsWith('tasks/'))
        return { result: { resultType: 'complete', taskId: 't-1', status: 'working' } };
      return echo(asked, server, call);
    };
    const { harness } = await start(behave);
    const begun = await harness.modern('tools/call', { name: 'echo', _meta }, as('a'));
    expect(begun.messages).toMatchObject([{ result: { taskId: 't-1' } }]);
    const before = harness.servers.flatMap(({ asked }) => asked).length;
    const unknown = await harness.modern('tasks/get', { taskId: 'never', _meta }, as('b'));
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'] as const) {
      const answer = await harness.modern(method, { taskId: 't-1', _meta }, as('b'));
      expect(answer).toMatchObject({ status: unknown.status, messages: unknown.messages });
    }
    const asked = harness.servers.flatMap((server) => server.asked).slice(before);
    expect(asked.filter(({ method }) => method.startsWith('tasks/'))).toEqual([]);
    expect((await harness.modern('tasks/get', { taskId: 't-1', _meta }, as('a'))).messages).toMatchObject([
      { result: { taskId: 't-1' } },
    ]);
  });

  test('replay no state of a question: each retry is judged as the call it is, in the name of whoever sends it', async () => {
    const behave: Behaviour = (asked, server, call) => {
      if (asked.method !== 'tools/call') return echo(asked, server, call);
      const { params } = asked;
      if (params?.['requestState'] !== undefined) return echo(asked, server, call);
      return { result: { resultType: 'input_required', requestState: 'opaque', inputRequests: {} } };
    };
    const guard = createFakeGuard(({ caller, method }) =>
      caller?.agent.id === 'b' && method === 'tools/call' ? 'deny' : 'allow',
    );
    const { authenticate } = new Callers();
    const harness = await HttpHarness.start({ guard, behave, authenticate });
    await harness.modern('tools/call', { name: 'echo' }, as('a'));
    const retry = { name: 'echo', requestState: 'opaque', inputResponses: { x: { action: 'accept' } } };
    const before = harness.servers.flatMap(({ asked }) => asked).length;
    const stolen = await harness.modern('tools/call', retry, as('b'));
    expect(stolen.messages).toMatchObject([{ result: { isError: true } }]);
    const sent = harness.servers.flatMap(({ asked }) => asked).slice(before);
    expect(sent.filter(({ method }) => method === 'tools/call')).toEqual([]);
    await harness.modern('tools/call', retry, as('a'));
    await harness.modern('tools/call', retry, as('a'));
    const judged = guard.actions.filter(
      ({ caller, method }) => caller?.agent.id === 'a' && method === 'tools/call',
    );
    expect(judged).toHaveLength(3);
  });
});

describe('bounds', () => {
  test('streams of one session are counted apart from all others’', async () => {
    const { behave } = waiting();
    const { authenticate } = new Callers();
    const harness = await HttpHarness.start({
      behave,
      authenticate,
      limits: { streamsPerSession: 2, streams: 4 },
    });
    const listen = (token: string): Promise<Response> =>
      harness.open(
        ...modernRequest('subscriptions/listen', { notifications: { toolsListChanged: true } }, as(token)),
      );
    const open = [await listen('a'), await listen('a')];
    await Promise.all(open.map((response) => streamOf(response).next()));
    expect((await listen('a')).status).toBe(503);
    const other = await listen('b');
    expect(other.status).toBe(200);
    // It can still call: an answer needs no stream.
    expect((await harness.modern('tools/list', {}, as('a'))).status).toBe(200);
  });
});
