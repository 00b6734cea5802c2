/** The servers behind the gateway. */
export { INHERITED_NAMES, upstreamEnvironment } from './environment.ts';
export { listAll } from './list-all.ts';
export { probeTools } from './probe.ts';
export { StdioUpstream, type UpstreamOptions } from './stdio-upstream.ts';
export type { ClientCall, RequestOptions, Upstream, UpstreamHandlers } from './types.ts';
