/** Identity providers that people sign in with. */
export { createOutages, type Outages } from './outages.ts';
export {
  createIdentityProvider,
  type IdentityClaims,
  type IdentityProvider,
  type RoundTrip,
} from './provider.ts';
export { PROVIDER_SHOWN, shownProvider } from './shown.ts';
export {
  IDENTITY_PROVIDER,
  type IdentityProviderSettings,
} from './settings.ts';
