/** Results of one era as the other has them. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { RpcAnswer } from '../../rpc/index.ts';
import { META } from '../envelope.ts';

/** Results that modern clients may keep, and must be told for how long (MCP 2026-07-28, caching). */
const CACHEABLE: ReadonlySet<string> = new Set([
  'tools/list',
  'prompts/list',
  'resources/list',
  'resources/templates/list',
  'resources/read',
  'server/discover',
]);
/** A legacy server says nothing of caching, so nothing is kept. */
const UNCACHED: JsonObject = { ttlMs: 0, cacheScope: 'private' };
/** What a legacy server answers where a modern one answers that the parameters are invalid. */
const LEGACY_NOT_FOUND = -32002;
const INVALID_PARAMS = -32602;

/** A legacy server's answer to `method` for a modern client. Everything that stands in it stays. */
export function modernAnswer(
  method: string,
  answer: RpcAnswer,
  serverInfo: JsonValue | undefined,
): RpcAnswer {
  if ('error' in answer) {
    const { error } = answer;
    return error.code === LEGACY_NOT_FOUND ? { error: { ...error, code: INVALID_PARAMS } } : answer;
  }
  if (!isJsonObject(answer.result)) return answer;
  const meta = ownProperty(answer.result, '_meta');
  return {
    result: {
      ...(CACHEABLE.has(method) ? UNCACHED : {}),
      ...answer.result,
      resultType: 'complete',
      ...(serverInfo === undefined
        ? {}
        : { _meta: { [META.serverInfo]: serverInfo, ...(isJsonObject(meta) ? meta : {}) } }),
    },
  };
}

/** A modern server's complete result for a legacy client: without what says how to read it, which its era does not know. */
export function legacyResult(result: JsonObject): JsonObject {
  const { resultType: _type, ttlMs: _ttl, cacheScope: _scope, ...rest } = result;
  return rest;
}
