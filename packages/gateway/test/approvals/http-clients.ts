/** Clients over HTTP, one per era, and one that follows tasks. */
import { type Hold, isJsonObject, type JsonObject } from '@writ/core';
import { expect } from 'vitest';
import { type HttpHarness, MODERN_META, readAnswer } from '../http-harness.ts';
import { type Asked, type Client, type End, endOf, repeating, started } from './client.ts';

const TASK_META: JsonObject = {
  ...MODERN_META,
  'io.modelcontextprotocol/clientCapabilities': {
    elicitation: {},
    sampling: {},
    extensions: { 'io.modelcontextprotocol/tasks': {} },
  },
};

/** A client of the modern era. */
export function modernClient(
  http: HttpHarness,
  holds: () => readonly Hold[],
  told: JsonObject[],
  headers: Record<string, string>,
): Client {
  return repeating((args) => {
    const leaving = new AbortController();
    const posted = http.modern('tools/call', { name: 'pay', arguments: args }, headers, leaving.signal);
    const end = posted.then(
      ({ messages }) => {
        told.push(...messages.slice(0, -1));
        return endOf(messages.at(-1));
      },
      (): End => 'gone',
    );
    return started(holds, end, async () => {
      leaving.abort();
      await end;
    });
  });
}

/** A client of the legacy era, within `session`. */
export function legacyClient(
  http: HttpHarness,
  holds: () => readonly Hold[],
  told: JsonObject[],
  session: Record<string, string>,
): Client {
  let next = 1;
  return repeating((args) => {
    const id = next;
    next += 1;
    const leaving = new AbortController();
    const params = { name: 'pay', arguments: args };
    const opened = http.open({ jsonrpc: '2.0', id, method: 'tools/call', params }, session, leaving.signal);
    const end = opened.then(readAnswer).then(
      ({ messages }) => {
        told.push(...messages.slice(0, -1));
        return endOf(messages.at(-1));
      },
      (): End => 'gone',
    );
    return started(holds, end, async () => {
      // A legacy client says so; one that only lost its stream may come back for it.
      const cancel = { jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } };
      await http.post(cancel, session);
      leaving.abort();
      await end;
    });
  });
}

/** A client of the modern era that can follow a task. */
export function taskClient(http: HttpHarness, told: JsonObject[], headers: Record<string, string>): Client {
  const of = new Map<Asked, string>();
  const resultOf = async (method: string, params: JsonObject): Promise<JsonObject> => {
    const { messages } = await http.modern(method, { _meta: TASK_META, ...params }, headers);
    told.push(...messages.slice(0, -1));
    const result = messages.at(-1)?.['result'];
    return isJsonObject(result) ? result : {};
  };
  const standing = (task: JsonObject): End => {
    const { status } = task;
    if (status === 'working') return 'held';
    if (status === 'completed') return endOf({ result: task['result'] ?? {} });
    return status === 'cancelled' ? 'cancelled' : 'gone';
  };
  const messages = new Map<string, unknown>();
  return {
    async ask(args) {
      const created = await resultOf('tools/call', { name: 'pay', arguments: args });
      const taskId = textIn(created, 'taskId');
      messages.set(taskId, created['statusMessage']);
      const asked: Asked = {
        end: Promise.resolve(
          created['resultType'] === 'task' ? standing(created) : endOf({ result: created }),
        ),
        leave: async () => void (await resultOf('tasks/cancel', { taskId })),
      };
      of.set(asked, taskId);
      return asked;
    },
    async again(asked) {
      const taskId = of.get(asked) ?? '';
      let task: JsonObject = {};
      // A task moves by itself: it ends, or it is held anew.
      await expect
        .poll(async () => {
          task = await resultOf('tasks/get', { taskId });
          const isRunning = textIn(task, 'statusMessage').startsWith('approved');
          return standing(task) !== 'held' || (task['statusMessage'] !== messages.get(taskId) && !isRunning);
        })
        .toBe(true);
      return standing(task);
    },
  };
}

/** A member that should be a text; empty where it is none. */
function textIn(object: JsonObject, member: string): string {
  const value = object[member];
  return typeof value === 'string' ? value : '';
}
