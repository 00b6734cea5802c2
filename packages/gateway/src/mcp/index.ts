/** The gateway for MCP. */
export { METHOD_TABLE, type Control, type MethodRow, type Sender, type TargetKind } from './methods/index.ts';
export type { Expose } from './naming/index.ts';
export {
  type Admitted,
  type Challenge,
  createHttpFace,
  type HttpFace,
  type HttpFaceOptions,
  type HttpFaceStats,
  type HttpLimits,
  type SessionScope,
} from './http/index.ts';
export type { GatewayPorts, UpstreamConfig } from './ports.ts';
export {
  DECISION_META,
  MAX_LINE_BYTES,
  OVERLOADED,
  PURPOSE_META,
  REFUSED,
  UPSTREAM_UNAVAILABLE,
} from './rpc/index.ts';
export {
  DRAIN_MS,
  EXIT_DESERTED,
  EXIT_OK,
  runStdioGateway,
  type StdioGatewayOptions,
} from './stdio/index.ts';
export { prepareTools } from './start-tools.ts';
export {
  acceptedHeaders,
  INHERITED_NAMES,
  probeTools,
  type RequestOptions,
  CallerTokens,
  type SignedIn,
  signIn,
  type SignInOptions,
  type SigningPerson,
  signOut,
  Servers,
  type ServersOptions,
  type Upstream,
  upstreamEnvironment,
  type UpstreamHandlers,
} from './upstream/index.ts';
