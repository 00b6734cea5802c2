/** Who is calling: access tokens, API tokens, client certificates, and the operating system's user. */
export { createAuthenticator } from './authenticator.ts';
export {
  type Algorithm,
  ALGORITHMS,
  type AuthConfiguration,
  type CertificateRule,
  type CheckedAuth,
  type ClaimPath,
  type IssuerConfiguration,
} from './configuration.ts';
export { incomingRequest } from './incoming.ts';
export { isLoopbackHost, requireSafeListener } from './listener.ts';
export { isSafeUrl } from './oauth/index.ts';
export { PRESETS, presetOf } from './presets/index.ts';
export { resourceMetadata } from './resource-metadata.ts';
export {
  createTokenText,
  isTokenText,
  type StoredToken,
  TokenFolder,
  tokenHash,
  tokenId,
} from './tokens/index.ts';
export {
  type Admitted,
  type AuthenticationRequest,
  type Authenticator,
  type Challenge,
  isChallenge,
} from './types.ts';
