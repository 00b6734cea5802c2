/** Whole answers, without a stream. */
import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { JsonObject } from '@writ/core';
import type { RpcAnswer, RpcErrorObject, RpcId } from '../../rpc/index.ts';

/** A refusal before any session took the request. */
export interface HttpRefusal {
  readonly status: number;
  readonly error: RpcErrorObject;
  readonly headers?: OutgoingHttpHeaders;
  /** The request's, where it is known safely. */
  readonly id?: RpcId | null;
  /** Whether the connection is of no use any more: the rest of the request was not read. */
  readonly closes?: boolean;
}

/** Answers with one JSON-RPC response. */
export function writeAnswer(
  response: ServerResponse,
  id: RpcId | null,
  answer: RpcAnswer,
  status = 200,
  headers: OutgoingHttpHeaders = {},
): void {
  writeJson(response, status, { jsonrpc: '2.0', id, ...answer }, headers);
}

/** Answers with a refusal. */
export function writeRefusal(response: ServerResponse, refusal: HttpRefusal): void {
  const headers = { ...refusal.headers, ...(refusal.closes === true ? { connection: 'close' } : {}) };
  writeAnswer(response, refusal.id ?? null, { error: refusal.error }, refusal.status, headers);
}

/** Answers that a message was taken in; MCP wants no body. */
export function writeAccepted(response: ServerResponse): void {
  if (response.headersSent || response.destroyed) return;
  response.writeHead(202, { 'content-length': 0 }).end();
}

function writeJson(
  response: ServerResponse,
  status: number,
  message: JsonObject,
  headers: OutgoingHttpHeaders,
): void {
  if (response.headersSent || response.destroyed) return;
  const body = Buffer.from(JSON.stringify(message));
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': body.length,
    'cache-control': 'no-store',
    ...headers,
  });
  response.end(body);
}
