/** Protocol versions and the keys that name them. */

/** Versions of the modern era that are spoken here. */
export const MODERN_VERSIONS: readonly string[] = ['2026-07-28'];
/** Versions of the legacy era that are spoken here over Streamable HTTP, as a header may name them. */
export const LEGACY_VERSIONS: readonly string[] = [
  '2024-10-07',
  '2024-11-05',
  '2025-03-26',
  '2025-06-18',
  '2025-11-25',
];
/** First version whose clients read an event without data as "resume here" (MCP 2025-11-25, "Resumability and Redelivery"). */
export const FIRST_WITH_PRIMING = '2025-11-25';

/** Keys of `_meta` in each modern request (MCP 2026-07-28, "Request metadata"). */
export const VERSION_META = 'io.modelcontextprotocol/protocolVersion';
export const CAPABILITIES_META = 'io.modelcontextprotocol/clientCapabilities';
export const CLIENT_META = 'io.modelcontextprotocol/clientInfo';

/** Methods that the modern era removed; to a modern client they do not exist. */
export const REMOVED_METHODS: ReadonlySet<string> = new Set([
  'initialize',
  'ping',
  'logging/setLevel',
  'resources/subscribe',
  'resources/unsubscribe',
  'tasks/list',
  'tasks/result',
]);
