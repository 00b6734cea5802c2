/** Which protocol era a server speaks, told by how it answers `server/discover` or `initialize` (MCP 2026-07-28, versioning). */
import { isFault, isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { RpcAnswer, RpcErrorObject } from '../rpc/index.ts';
import { META, MODERN_VERSION } from './envelope.ts';

/** `modern` is MCP 2026-07-28 and later. */
export type Era = 'modern' | 'legacy';

const UNSUPPORTED_VERSION = -32022;
const METHOD_NOT_FOUND = -32601;
const INVALID_REQUEST = -32600;
/** What a modern server says of a request without its headers, or without `_meta`. */
const HEADER_MISMATCH = -32020;
const INVALID_PARAMS = -32602;
/** How a server that is modern alone may refuse `initialize`. */
const MODERN_REFUSALS: ReadonlySet<number> = new Set([
  UNSUPPORTED_VERSION,
  METHOD_NOT_FOUND,
  INVALID_REQUEST,
  HEADER_MISMATCH,
  INVALID_PARAMS,
]);
/** Versions are dates, so their order is that of their texts. */
const VERSION = /^\d{4}-\d{2}-\d{2}$/;
/** Statuses by which a server that reads modern requests alone, or legacy ones alone, turns the others away. */
const TURNED_AWAY: ReadonlySet<JsonValue | undefined> = new Set([400, 404, 405, 406, 415, 422]);

/** The era of a client by its first request: a modern one says its version in each. */
export function eraOfRequest(method: string, params: JsonObject | undefined): Era {
  if (method === 'initialize') return 'legacy';
  const meta = params === undefined ? undefined : ownProperty(params, '_meta');
  return isJsonObject(meta) && Object.hasOwn(meta, META.protocolVersion) ? 'modern' : 'legacy';
}

/** The era of a server by its answer to `server/discover`: whatever does not say that it is modern is not. */
export function eraOfDiscovery(answer: RpcAnswer): Era {
  if ('error' in answer) return supportsModern(answer.error) ? 'modern' : 'legacy';
  const versions = isJsonObject(answer.result) ? ownProperty(answer.result, 'supportedVersions') : undefined;
  return hasModern(versions) ? 'modern' : 'legacy';
}

/** Whether an answer to `initialize` may be that of a server that is modern alone. */
export function mayBeModern(answer: RpcAnswer): boolean {
  return 'error' in answer && MODERN_REFUSALS.has(answer.error.code);
}

/** Whether a request failed because the server, over HTTP, reads none of its era. */
export function isTurnedAway(thrown: unknown): boolean {
  return isFault(thrown, 'upstream.protocol') && TURNED_AWAY.has(thrown.data['status']);
}

function supportsModern({ code, data }: RpcErrorObject): boolean {
  return code === UNSUPPORTED_VERSION && isJsonObject(data) && hasModern(ownProperty(data, 'supported'));
}

function hasModern(versions: JsonValue | undefined): boolean {
  return (
    Array.isArray(versions) &&
    versions.some(
      (version) => typeof version === 'string' && VERSION.test(version) && version >= MODERN_VERSION,
    )
  );
}
