/** Numeric JSON-RPC error codes that the gateway answers with. */

/** JSON-RPC 2.0 §5.1: text that is not JSON. */
export const PARSE_ERROR = -32700;
/** JSON-RPC 2.0 §5.1: JSON that is not a message, or that two readers could understand differently. */
export const INVALID_REQUEST = -32600;
/** JSON-RPC 2.0 §5.1: also the answer to what cannot be routed to one of several servers. */
export const METHOD_NOT_FOUND = -32601;
/** JSON-RPC 2.0 §5.1. */
export const INVALID_PARAMS = -32602;
/** JSON-RPC 2.0 §5.1. */
export const INTERNAL_ERROR = -32603;

// -32000 to -32019 are for implementations; MCP 2026-07-28 reserves -32020 to -32099, and SDKs use -32000 to -32003 themselves.

/** The decision was not to do it; `error.data` says why under {@link DECISION_META}. */
export const REFUSED = -32010;
/** The server that should have answered is not there or broke the protocol. */
export const UPSTREAM_UNAVAILABLE = -32011;
/** Too much is under way; nothing was done. */
export const OVERLOADED = -32012;

/**
 * Key of the machine part of a refusal, in a result's `_meta` or an error's `data`, and of the receipt of what was let through (MCP reverse-DNS naming).
 * It informs and proves nothing: a server can write it into its own results. What was decided stands in the log, under the receipt.
 */
export const DECISION_META = 'io.github.writ/decision';

/** Key in a request's `_meta` under which a client claims what the request is for. Believed where `privacy.claims` names it, and nowhere else. */
export const PURPOSE_META = 'io.github.writ/purpose';

/** MCP 2026-07-28, Streamable HTTP: headers and body name different things. */
export const HEADER_MISMATCH = -32020;
/** MCP 2026-07-28: the server would ask for input of a kind that the client does not offer. */
export const MISSING_CLIENT_CAPABILITY = -32021;
/** MCP 2026-07-28: the request is in a protocol version that is not spoken here. */
export const UNSUPPORTED_PROTOCOL_VERSION = -32022;
/** What SDKs answer for a session that is not there (MCP 2025-11-25, Session Management: HTTP 404). */
export const SESSION_NOT_FOUND = -32001;
