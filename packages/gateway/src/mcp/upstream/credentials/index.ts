/** What the gateway shows servers. */
export { CallerTokens } from './caller-tokens.ts';
export { type Challenge, readChallenge } from './challenge.ts';
export { openCredential, type OpenCredential } from './open-credential.ts';
export {
  type SignedIn,
  signIn,
  type SignInOptions,
  type SigningPerson,
  signOut,
} from './sign-in/index.ts';
export type { CredentialStops } from './stopped-credential.ts';
export { serverTls } from './server-profile.ts';
export type {
  Credential,
  CredentialHeaders,
  CredentialReport,
  SubjectTokens,
} from './types.ts';
