/** Answering the questions of other gateways (decision 28): AuthZEN, and Envoy's `ext_authz` over HTTP. */
export { type AuthzOptions, type AuthzStarted, openAuthz, type RunningAuthz } from './open-authz.ts';
