/** Clients that listen to their tasks instead of asking. */
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '@writ/core';
import { streamOf } from '../attack/events.ts';
import { echo, HttpHarness, modernRequest } from '../http-harness.ts';
import type { Behaviour } from '../memory-upstream.ts';
import { ask, holding, resultOf, textOf, WITH_TASKS } from './asking.ts';

describe('a client that listens to its tasks', () => {
  const listenTo = (harness: HttpHarness, taskIds: string[], more: JsonObject = {}) =>
    harness.open(
      ...modernRequest('subscriptions/listen', { _meta: WITH_TASKS, notifications: { taskIds, ...more } }),
    );

  test.each([
    ['alone', {}],
    ['beside what servers tell', { toolsListChanged: true }],
  ])('hears each change as `tasks/get` would answer it (%s)', async (_how, more) => {
    const { guard, release } = holding();
    const behave: Behaviour = async (asked, server, call) => {
      if (asked.method !== 'subscriptions/listen') return echo(asked, server, call);
      const { notifications = {} } = asked.params ?? {};
      await server.tell('notifications/subscriptions/acknowledged', { notifications }, call);
      return new Promise(() => {});
    };
    const harness = await HttpHarness.start({ guard, hasApprovers: true, behave });
    const { taskId } = await resultOf(harness, 'tools/call', { name: 'echo', arguments: { a: 1 } });
    const id = textOf(taskId);
    const stream = streamOf(await listenTo(harness, [id, 'writ-task-of-somebody-else'], more));
    const { params } = (await stream.next()) as { params: JsonObject };
    expect(params).toMatchObject({ notifications: { taskIds: [id], ...more } });
    const sent = harness.servers[0]?.asked.filter(({ method }) => method === 'subscriptions/listen') ?? [];
    expect(JSON.stringify(sent)).not.toContain('writ-task');
    release('allow');
    const told: JsonObject[] = [];
    for (let event = await stream.next(); ; event = await stream.next()) {
      told.push(event);
      if (JSON.stringify(event).includes('"completed"')) break;
    }
    expect(told.at(-1)).toMatchObject({
      method: 'notifications/tasks',
      params: {
        taskId: id,
        status: 'completed',
        result: { structuredContent: { a: 1 } },
        _meta: { 'io.modelcontextprotocol/subscriptionId': 1 },
      },
    });
  });

  test('asks no server for tasks that are not its own', async () => {
    const harness = await HttpHarness.start();
    await ask(harness, 'subscriptions/listen', { notifications: { taskIds: ['t-1'] } });
    expect(JSON.stringify(harness.servers.flatMap(({ asked }) => asked))).not.toContain('t-1');
  });
});
