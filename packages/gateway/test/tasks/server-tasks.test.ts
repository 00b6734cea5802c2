/** Tasks of servers on their way through. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { createFakeGuard } from '../fake-guard.ts';
import { echo, HttpHarness, MODERN_META } from '../http-harness.ts';
import type { Behaviour } from '../memory-upstream.ts';
import { ask, callers, holding, resultOf, statusOf, TASKS, textOf } from './asking.ts';

describe('a server’s task', () => {
  const task = (taskId: string): JsonObject => ({
    taskId,
    status: 'working',
    createdAt: '2026-01-01T00:00:00.000Z',
    lastUpdatedAt: '2026-01-01T00:00:00.000Z',
    ttlMs: 60_000,
  });
  const withTasks: Behaviour = (asked, server, call) => {
    const { method, params } = asked;
    switch (method) {
      case 'tools/call':
        return { result: { resultType: 'task', ...task('job') } };
      case 'tasks/get':
        return {
          result: {
            resultType: 'complete',
            ...task(textOf(params?.['taskId'])),
            status: 'completed',
            result: { content: [], from: server.name },
          },
        };
      case 'tasks/update':
      case 'tasks/cancel':
        return { result: { resultType: 'complete' } };
      default:
        return echo(asked, server, call);
    }
  };

  test('keeps its id behind one server, and its result is judged as that of its tool', async () => {
    const harness = await HttpHarness.start({ behave: withTasks });
    expect(await resultOf(harness, 'tools/call', { name: 'echo' })).toMatchObject({ taskId: 'job' });
    expect(await resultOf(harness, 'tasks/get', { taskId: 'job' })).toMatchObject({ status: 'completed' });
    expect(harness.guard.actions.at(-1)).toMatchObject({
      method: 'tasks/get',
      parts: [{ resource: { type: 'server', id: 'memory' } }],
      delivers: [{ type: 'tool', id: 'memory/echo' }],
    });
  });

  test('is asked for at its own server behind several, whose ids are the same', async () => {
    const harness = await HttpHarness.start({ behave: withTasks, servers: 2, expose: 'prefixed' });
    const ids = [];
    for (const name of ['memory__echo', 'memory1__echo'])
      ids.push((await resultOf(harness, 'tools/call', { name }))['taskId']);
    expect(ids).toEqual(['memory:job', 'memory1:job']);
    for (const [at, taskId] of ids.entries()) {
      const from = at === 0 ? 'memory' : 'memory1';
      const got = await resultOf(harness, 'tasks/get', { taskId: textOf(taskId) });
      expect(got).toMatchObject({ taskId, result: { from } });
      await resultOf(harness, 'tasks/cancel', { taskId: textOf(taskId) });
    }
    const cancelled = harness.servers.map(({ asked }) =>
      asked.filter(({ method }) => method === 'tasks/cancel').map(({ params }) => params?.['taskId']),
    );
    expect(cancelled).toEqual([['job'], ['job']]);
  });

  test('is another principal’s as little as one that never was, and no server hears of it', async () => {
    const harness = await HttpHarness.start({ behave: withTasks, authenticate: callers });
    await resultOf(harness, 'tools/call', { name: 'echo' }, { 'x-agent': 'a' });
    for (const method of ['tasks/get', 'tasks/update', 'tasks/cancel'])
      expect(await ask(harness, method, { taskId: 'job' }, { 'x-agent': 'b' })).toMatchObject({
        error: { code: -32602 },
      });
    const asked = harness.servers.flatMap((server) => server.asked.map(({ method }) => method));
    expect(asked.filter((method) => method.startsWith('tasks/'))).toEqual([]);
  });

  test('what is sent to it is judged', async () => {
    const guard = createFakeGuard(({ method, args }) =>
      method === 'inputs/respond' && JSON.stringify(args).includes('password') ? 'deny' : 'allow',
    );
    const harness = await HttpHarness.start({ guard, behave: withTasks });
    await resultOf(harness, 'tools/call', { name: 'echo' });
    const update = (content: JsonObject) =>
      ask(harness, 'tasks/update', { taskId: 'job', inputResponses: { a: { action: 'accept', content } } });
    expect(await update({ password: 'x' })).toMatchObject({ error: { code: -32010 } });
    expect(harness.servers[0]?.asked.map(({ method }) => method)).not.toContain('tasks/update');
    expect(await update({ name: 'x' })).toMatchObject({ result: { resultType: 'complete' } });
  });

  test('what it asks of the client is judged as the server’s own', async () => {
    const guard = createFakeGuard(({ method }) => (method === 'elicitation/create' ? 'deny' : 'allow'));
    const behave: Behaviour = (asked, server, call) =>
      asked.method === 'tasks/get'
        ? {
            result: {
              resultType: 'complete',
              ...task('job'),
              status: 'input_required',
              inputRequests: { a: { method: 'elicitation/create', params: { message: 'password?' } } },
            },
          }
        : withTasks(asked, server, call);
    const harness = await HttpHarness.start({ guard, behave });
    await resultOf(harness, 'tools/call', { name: 'echo' });
    expect(await ask(harness, 'tasks/get', { taskId: 'job' })).toMatchObject({ error: { code: -32010 } });
  });

  test('is followed by nobody who does not say that they can', async () => {
    const harness = await HttpHarness.start({ behave: withTasks });
    await resultOf(harness, 'tools/call', { name: 'echo' });
    expect(await ask(harness, 'tasks/get', { taskId: 'job', _meta: MODERN_META })).toMatchObject({
      error: { code: -32021, data: { requiredCapabilities: { extensions: { [TASKS]: {} } } } },
    });
  });

  test('that a call became after a person approved it goes on under the task that the client knows', async () => {
    const { guard, release } = holding();
    const harness = await HttpHarness.start({ guard, behave: withTasks, hasApprovers: true });
    const { taskId } = await resultOf(harness, 'tools/call', { name: 'echo' });
    release('allow');
    await expect.poll(() => statusOf(harness, taskId)).toBe('completed');
    expect(await resultOf(harness, 'tasks/get', { taskId: textOf(taskId) })).toMatchObject({
      taskId,
      result: { from: 'memory' },
    });
  });
});
