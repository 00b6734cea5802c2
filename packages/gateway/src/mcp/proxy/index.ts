/** The proxy between one client and its servers. */
export { acceptedTools } from './offer/index.ts';
export { ProxySession, type SessionOptions } from './session.ts';
