/** JSON-RPC 2.0 over newline-delimited byte streams. */
export {
  DECISION_META,
  HEADER_MISMATCH,
  INTERNAL_ERROR,
  INVALID_PARAMS,
  INVALID_REQUEST,
  METHOD_NOT_FOUND,
  MISSING_CLIENT_CAPABILITY,
  OVERLOADED,
  PARSE_ERROR,
  PURPOSE_META,
  REFUSED,
  SESSION_NOT_FOUND,
  UNSUPPORTED_PROTOCOL_VERSION,
  UPSTREAM_UNAVAILABLE,
} from './error-codes.ts';
export {
  idKey,
  isErrorObject,
  isRpcId,
  type RpcAnswer,
  type RpcErrorObject,
  type RpcId,
  type RpcMessage,
  type RpcNotification,
  type RpcRequest,
} from './message.ts';
export type { ClientChannel } from './channel.ts';
export { decodeLine, decodeText, type MalformedLine } from './decode-line.ts';
export { MAX_LINE_BYTES } from './line-splitter.ts';
export { type MessageSink, readMessages } from './reader.ts';
export { RpcPeer } from './peer.ts';
export { PendingRequests } from './pending-requests.ts';
