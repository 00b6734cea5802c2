/** The servers behind the gateway. */
export { INHERITED_NAMES, upstreamEnvironment } from './environment.ts';
export { listAll } from './list-all.ts';
export { PROBE_DEADLINE_MS, probeTools } from './probe.ts';
export { STOP_GRACE_MS } from './process.ts';
export { Upstream, type UpstreamHandlers, type UpstreamOptions } from './upstream.ts';
