/** The servers behind the gateway. */
export { INHERITED_NAMES, upstreamEnvironment } from './environment.ts';
export { acceptedHeaders } from './accepted-headers.ts';
export { listAll } from './list-all.ts';
export { probeTools } from './probe.ts';
export {
  CallerTokens,
  type SignedIn,
  signIn,
  type SignInOptions,
  type SigningPerson,
  signOut,
} from './credentials/index.ts';
export { Servers, type ServersOptions } from './servers.ts';
export type { CheckCall, ClientCall, RequestOptions, Upstream, UpstreamHandlers } from './types.ts';
