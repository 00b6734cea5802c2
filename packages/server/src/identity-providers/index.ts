/** Identity providers that people sign in with. */
export {
  createIdentityProvider,
  type IdentityClaims,
  type IdentityProvider,
  type IdentityProviderPorts,
  type RoundTrip,
} from './provider.ts';
export {
  type GroupMapping,
  IDENTITY_PROVIDER,
  type IdentityProviderSettings,
} from './settings.ts';
