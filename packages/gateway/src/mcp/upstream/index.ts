/** The servers behind the gateway. */
export { INHERITED_NAMES, upstreamEnvironment } from './environment.ts';
export { listAll } from './list-all.ts';
export { probeTools } from './probe.ts';
export { Upstream, type UpstreamHandlers, type UpstreamOptions } from './upstream.ts';
