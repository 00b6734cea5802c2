/** JSON-RPC 2.0 messages as MCP uses them: `unknown` in, one typed message out. */
import { Fault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';

/** Longest method name, in UTF-16 units; the longest in MCP has 38. */
const MAX_METHOD_LENGTH = 256;

/** MCP requires ids to be strings or numbers, never `null`. */
export type RpcId = string | number;

/** A call that wants an answer. */
export interface RpcRequest {
  readonly kind: 'request';
  readonly id: RpcId;
  readonly method: string;
  readonly params?: JsonObject;
}

/** A call that wants none. */
export interface RpcNotification {
  readonly kind: 'notification';
  readonly method: string;
  readonly params?: JsonObject;
}

/** The error member of a response. Members besides the three of JSON-RPC are kept. */
export interface RpcErrorObject extends JsonObject {
  readonly code: number;
  readonly message: string;
}

/** What a request came to: exactly one of the two. */
export type RpcAnswer = { readonly result: JsonValue } | { readonly error: RpcErrorObject };

/** An answer on its way back. */
export interface RpcResponse {
  readonly kind: 'response';
  readonly id: RpcId;
  readonly answer: RpcAnswer;
}

export type RpcMessage = RpcRequest | RpcNotification | RpcResponse;

/**
 * The message in `value`. Members of the envelope that JSON-RPC does not know are left out and so never forwarded.
 *
 * Throws `rpc.malformed`: not an object, a batch (MCP dropped them in 2025-06-18), another version, an id that is no string or number,
 * `params` that are no object, an answer with both or neither of `result` and `error`.
 */
export function readMessage(value: JsonValue): RpcMessage {
  if (Array.isArray(value)) throw malformed('found a batch, expected one message a line');
  if (!isJsonObject(value)) throw malformed('found no object, expected a JSON-RPC message');
  if (ownProperty(value, 'jsonrpc') !== '2.0') throw malformed('`jsonrpc` is not "2.0"');
  return Object.hasOwn(value, 'method') ? readCall(value) : readResponse(value);
}

/** The id of `value` where it is a request's and usable; for answering a request whose shape is wrong. */
export function requestIdOf(value: JsonValue): RpcId | undefined {
  if (!isJsonObject(value) || !Object.hasOwn(value, 'method')) return undefined;
  const id = ownProperty(value, 'id');
  return isRpcId(id) ? id : undefined;
}

/** Key under which an id or token is looked up: `1` and `"1"` differ. */
export function idKey(id: RpcId): string {
  return typeof id === 'string' ? `s${id}` : `n${id}`;
}

/** Whether `value` can be an id or a progress token. */
export function isRpcId(value: JsonValue | undefined): value is RpcId {
  return typeof value === 'string' || typeof value === 'number';
}

function readCall(value: JsonObject): RpcRequest | RpcNotification {
  const method = ownProperty(value, 'method');
  if (typeof method !== 'string' || method === '' || method.length > MAX_METHOD_LENGTH) {
    throw malformed(`\`method\` is not a string of 1 to ${MAX_METHOD_LENGTH} characters`);
  }
  if (Object.hasOwn(value, 'result') || Object.hasOwn(value, 'error')) {
    throw malformed('found `method` beside `result` or `error`');
  }
  const params = ownProperty(value, 'params');
  if (params !== undefined && !isJsonObject(params)) throw malformed('`params` is not an object');
  const call = params === undefined ? { method } : { method, params };
  if (!Object.hasOwn(value, 'id')) return { kind: 'notification', ...call };
  const id = ownProperty(value, 'id');
  if (!isRpcId(id)) throw malformed('`id` is neither a string nor a number');
  return { kind: 'request', id, ...call };
}

function readResponse(value: JsonObject): RpcResponse {
  const id = ownProperty(value, 'id');
  if (!isRpcId(id)) throw malformed('found neither a `method` nor a usable `id`');
  const hasResult = Object.hasOwn(value, 'result');
  if (hasResult === Object.hasOwn(value, 'error')) {
    throw malformed('an answer needs exactly one of `result` and `error`');
  }
  if (hasResult) return { kind: 'response', id, answer: { result: ownProperty(value, 'result') ?? null } };
  const error = ownProperty(value, 'error');
  if (!isErrorObject(error)) throw malformed('`error` has no numeric `code` and textual `message`');
  return { kind: 'response', id, answer: { error } };
}

/** Whether `value` can stand as the error of a response. */
export function isErrorObject(value: JsonValue | undefined): value is RpcErrorObject {
  if (!isJsonObject(value)) return false;
  return typeof ownProperty(value, 'code') === 'number' && typeof ownProperty(value, 'message') === 'string';
}

function malformed(problem: string): Fault {
  return new Fault('rpc.malformed', problem);
}
