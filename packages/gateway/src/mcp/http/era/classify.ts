/** Which era a posted message is of. The body says so, and the headers must agree: a proxy that routes by headers must not see another call than we do. */
import type { IncomingHttpHeaders } from 'node:http';
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import {
  HEADER_MISMATCH,
  INVALID_PARAMS,
  type RpcId,
  type RpcMessage,
  UNSUPPORTED_PROTOCOL_VERSION,
} from '../../rpc/index.ts';
import type { HttpRefusal } from '../wire/index.ts';
import { decodeHeaderValue, headerValue } from './header-value.ts';
import { nameSource } from './name-header.ts';
import { CAPABILITIES_META, CLIENT_META, MODERN_VERSIONS, VERSION_META } from './versions.ts';

/** A message's era, or why it is refused. */
export type Classified = 'modern' | 'legacy' | HttpRefusal;

/**
 * The era of `message`: modern where its `_meta` names a protocol version, legacy where neither body nor header names a modern one.
 * Refuses (HTTP 400) what is half of each, what names a version that is not spoken here, and headers that are missing or say something else
 * than the body (MCP 2026-07-28, Streamable HTTP, "Server validation").
 */
export function classify(message: RpcMessage, headers: IncomingHttpHeaders): Classified {
  if (message.kind === 'response') return 'legacy';
  const id = message.kind === 'request' ? message.id : null;
  const { method, params } = message;
  const version = headerValue(headers['mcp-protocol-version']);
  const isModernHeader = version !== undefined && MODERN_VERSIONS.includes(version);
  const meta = params === undefined ? undefined : ownProperty(params, '_meta');
  const claimed = isJsonObject(meta) ? ownProperty(meta, VERSION_META) : undefined;
  if (claimed === undefined) {
    if (!isModernHeader) return 'legacy';
    if (method === 'initialize')
      return mismatch(id, 'an `initialize` came with a modern `MCP-Protocol-Version`');
    // A notification need not repeat what its requests said.
    if (message.kind === 'notification') return methodProblem(headers, method, id) ?? 'modern';
    return invalid(id, `\`_meta\` does not name ${VERSION_META}`);
  }
  const problem = isJsonObject(meta) ? metaProblem(meta, message.kind === 'request') : undefined;
  if (problem !== undefined) return invalid(id, problem);
  if (version !== undefined && version !== claimed)
    return mismatch(id, 'the `MCP-Protocol-Version` header and `_meta` name different versions');
  const wrongMethod = methodProblem(headers, method, id);
  if (wrongMethod !== undefined) return wrongMethod;
  if (typeof claimed !== 'string' || !MODERN_VERSIONS.includes(claimed)) return unsupported(id, claimed);
  if (message.kind === 'notification') return 'modern';
  return missingHeader(headers, version, id) ?? nameProblem(headers, method, params, id) ?? 'modern';
}

function metaProblem(meta: JsonObject, isRequest: boolean): string | undefined {
  if (typeof ownProperty(meta, VERSION_META) !== 'string') return `${VERSION_META} is not a string`;
  const capabilities = ownProperty(meta, CAPABILITIES_META);
  if (isRequest && !isJsonObject(capabilities)) return `\`_meta\` names no object ${CAPABILITIES_META}`;
  const client = ownProperty(meta, CLIENT_META);
  return client === undefined || isJsonObject(client) ? undefined : `${CLIENT_META} is not an object`;
}

function methodProblem(
  headers: IncomingHttpHeaders,
  method: string,
  id: RpcId | null,
): HttpRefusal | undefined {
  const named = headerValue(headers['mcp-method']);
  if (named === undefined || named === method) return undefined;
  return mismatch(id, 'the `Mcp-Method` header names another method than the body');
}

function missingHeader(
  headers: IncomingHttpHeaders,
  version: string | undefined,
  id: RpcId | null,
): HttpRefusal | undefined {
  if (version === undefined) return mismatch(id, 'the `MCP-Protocol-Version` header is missing');
  if (headers['mcp-method'] === undefined) return mismatch(id, 'the `Mcp-Method` header is missing');
  return undefined;
}

function nameProblem(
  headers: IncomingHttpHeaders,
  method: string,
  params: JsonObject | undefined,
  id: RpcId | null,
): HttpRefusal | undefined {
  const source = nameSource(method, params);
  if (source === undefined) return undefined;
  const named = headerValue(headers['mcp-name']);
  if (named === undefined) return mismatch(id, 'the `Mcp-Name` header is missing');
  const decoded = decodeHeaderValue(named);
  if (decoded === undefined) return mismatch(id, 'the `Mcp-Name` header is no Base64 of UTF-8');
  if (decoded === source.value) return undefined;
  return mismatch(id, `the \`Mcp-Name\` header names something else than \`params.${source.member}\``);
}

function mismatch(id: RpcId | null, message: string): HttpRefusal {
  return { status: 400, id, error: { code: HEADER_MISMATCH, message } };
}

function invalid(id: RpcId | null, message: string): HttpRefusal {
  return { status: 400, id, error: { code: INVALID_PARAMS, message: `Invalid params: ${message}` } };
}

function unsupported(id: RpcId | null, requested: unknown): HttpRefusal {
  const message = 'Unsupported protocol version';
  const data = { supported: [...MODERN_VERSIONS], ...(typeof requested === 'string' ? { requested } : {}) };
  return { status: 400, id, error: { code: UNSUPPORTED_PROTOCOL_VERSION, message, data } };
}
