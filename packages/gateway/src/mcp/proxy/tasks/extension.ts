/** The extension `io.modelcontextprotocol/tasks` (MCP 2026-07-28): who speaks it, and what is refused to who does not. */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import { MISSING_CLIENT_CAPABILITY, type RpcAnswer } from '../../rpc/index.ts';

/** Identifier of the extension, among capabilities of both sides. */
export const TASKS_EXTENSION = 'io.modelcontextprotocol/tasks';

const VERSION_META = 'io.modelcontextprotocol/protocolVersion';
const CAPABILITIES_META = 'io.modelcontextprotocol/clientCapabilities';

/** The methods of the extension. The legacy era has experimental ones of the same names, which are not these. */
export type TaskMethod = 'tasks/get' | 'tasks/update' | 'tasks/cancel';

const METHODS: readonly string[] = ['tasks/get', 'tasks/update', 'tasks/cancel'] satisfies TaskMethod[];

/** Whether a request of this `_meta` is one of the extension's own. */
export function isTaskMethod(method: string, meta: JsonObject | undefined): method is TaskMethod {
  return METHODS.includes(method) && isModern(meta);
}

/** Whether the sender of `meta` can follow a task. Said with each request, never remembered. */
export function declaresTasks(meta: JsonObject | undefined): boolean {
  if (meta === undefined || !isModern(meta)) return false;
  const capabilities = ownProperty(meta, CAPABILITIES_META);
  return isJsonObject(capabilities) && hasTasks(capabilities);
}

/** Whether these capabilities, of either side, name the extension. */
export function hasTasks(capabilities: JsonObject): boolean {
  const extensions = ownProperty(capabilities, 'extensions');
  return isJsonObject(extensions) && isJsonObject(ownProperty(extensions, TASKS_EXTENSION));
}

/** The task in the answer to a call, where it is one. */
export function createdTask(
  answer: RpcAnswer,
): { readonly taskId: string; readonly result: JsonObject } | undefined {
  if ('error' in answer || !isJsonObject(answer.result)) return undefined;
  const { result } = answer;
  const taskId = ownProperty(result, 'taskId');
  if (ownProperty(result, 'resultType') !== 'task' || typeof taskId !== 'string') return undefined;
  return { taskId, result };
}

/** What a client hears that uses the methods without naming the extension. */
export function lacksTasks(): RpcAnswer {
  const data = { requiredCapabilities: { extensions: { [TASKS_EXTENSION]: {} } } };
  const message = `Missing required client capability: ${TASKS_EXTENSION}`;
  return { error: { code: MISSING_CLIENT_CAPABILITY, message, data } };
}

function isModern(meta: JsonObject | undefined): boolean {
  return meta !== undefined && typeof ownProperty(meta, VERSION_META) === 'string';
}
