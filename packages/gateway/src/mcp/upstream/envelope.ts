/** What each modern request says of its client (MCP 2026-07-28, `_meta`). */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';

/** Keys of `_meta` that belong to the protocol. */
export const META = {
  protocolVersion: 'io.modelcontextprotocol/protocolVersion',
  clientInfo: 'io.modelcontextprotocol/clientInfo',
  clientCapabilities: 'io.modelcontextprotocol/clientCapabilities',
  logLevel: 'io.modelcontextprotocol/logLevel',
  serverInfo: 'io.modelcontextprotocol/serverInfo',
  subscriptionId: 'io.modelcontextprotocol/subscriptionId',
} as const;

/** The modern version that the gateway speaks where it asks for itself. */
export const MODERN_VERSION = '2026-07-28';

/** The gateway as a client of its own. */
export const OWN_ENVELOPE: JsonObject = {
  [META.protocolVersion]: MODERN_VERSION,
  [META.clientInfo]: { name: 'writ', version: '0.1.0' },
  [META.clientCapabilities]: {},
};

/** `params` as they are where they name their protocol version, else with `envelope` under what their `_meta` holds. */
export function withEnvelope(
  params: JsonObject | undefined,
  envelope: JsonObject = OWN_ENVELOPE,
): JsonObject {
  const meta = params === undefined ? undefined : ownProperty(params, '_meta');
  if (params !== undefined && isJsonObject(meta) && Object.hasOwn(meta, META.protocolVersion)) return params;
  return { ...params, _meta: { ...envelope, ...(isJsonObject(meta) ? meta : {}) } };
}
