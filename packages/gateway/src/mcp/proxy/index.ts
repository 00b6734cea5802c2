/** The proxy between one client and its servers. */
export { policyTools } from './offer/index.ts';
export { ProxySession } from './session.ts';
