/** The id of a subscription is that of the request that opened it (MCP 2026-07-28); the client's is another than the server's. */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import type { RpcId } from '../../rpc/index.ts';
import { META } from '../envelope.ts';

/** `value`, a result or parameters, with the client's id where the server's stands; unchanged where another stands. */
export function renameSubscription(value: JsonObject, from: RpcId, to: RpcId): JsonObject {
  const meta = ownProperty(value, '_meta');
  if (!isJsonObject(meta) || ownProperty(meta, META.subscriptionId) !== from) return value;
  return { ...value, _meta: { ...meta, [META.subscriptionId]: to } };
}
