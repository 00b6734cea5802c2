/** Asking over modern HTTP as a client that can follow tasks, and a guard that holds calls. */
import { isJsonObject, type JsonObject } from '@writ/core';
import { createFakeGuard, type FakeGuard } from '../fake-guard.ts';
import { type HttpHarness, type HttpHarnessOptions, MODERN_META } from '../http-harness.ts';

/** The extension's name. */
export const TASKS = 'io.modelcontextprotocol/tasks';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';
/** What a client says of itself that can follow tasks. */
export const WITH_TASKS: JsonObject = { ...MODERN_META, [CAPABILITIES]: { extensions: { [TASKS]: {} } } };

/** A guard that holds calls until it is told to let them go. */
export function holding(): {
  readonly guard: FakeGuard;
  readonly release: (how: 'allow' | 'step_up') => void;
} {
  const { promise, resolve } = Promise.withResolvers<'allow' | 'step_up'>();
  const guard = createFakeGuard(({ method }) => (method === 'tools/call' ? { hold: promise } : 'allow'));
  return { guard, release: resolve };
}

/** The answer to one request. */
export async function ask(
  harness: HttpHarness,
  method: string,
  params: JsonObject,
  headers: Record<string, string> = {},
): Promise<JsonObject> {
  const { messages } = await harness.modern(method, { _meta: WITH_TASKS, ...params }, headers);
  return messages.at(-1) ?? {};
}

/** The result in the answer to one request; empty where it is an error. */
export async function resultOf(...asked: Parameters<typeof ask>): Promise<JsonObject> {
  const { result } = await ask(...asked);
  return isJsonObject(result) ? result : {};
}

/** `value`, which must be a text. */
export function textOf(value: unknown): string {
  if (typeof value !== 'string') throw new Error('no text');
  return value;
}

/** How a task stands. */
export async function statusOf(harness: HttpHarness, taskId: unknown): Promise<unknown> {
  return (await resultOf(harness, 'tasks/get', { taskId: textOf(taskId) }))['status'];
}

/** Lets everybody in, as the agent that they name. */
export const callers: NonNullable<HttpHarnessOptions['authenticate']> = ({ headers }) => ({
  caller: {
    agent: { id: String(headers['x-agent'] ?? 'a') },
    authentication: { method: 'api_token', assurance: 1, credentialId: 't', at: 0 },
  },
});
