/** Governed network egress (decision 28): a forward proxy that asks the guard before it connects. */
export { authorityFiles, createAuthority, readAuthorityCertificate } from './inspect/index.ts';
export { listenLocally, nameOfAddress } from './listen.ts';
export { type EgressOptions, type EgressStarted, openEgress, type RunningEgress } from './open-egress.ts';
export { noteRules, parseRules, printRules } from './rules/index.ts';
export { createResolver, type Resolver } from './reach/index.ts';
export { normalResource } from './target/index.ts';
export { readableText } from './wire/index.ts';
