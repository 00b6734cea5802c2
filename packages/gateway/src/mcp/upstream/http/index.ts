/** Servers that are reached over HTTP. */
export { LegacyHttpUpstream } from './legacy-upstream.ts';
export { ModernHttpUpstream } from './modern-upstream.ts';
export { HttpPool } from './pool.ts';
export { SharedSubscriptions } from './shared-subscriptions.ts';
