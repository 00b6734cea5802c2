/** What the gateway shows servers. */
export { CallerTokens } from './caller-tokens.ts';
export { openCredential, type OpenCredential } from './open-credential.ts';
export type { Credential, SubjectTokens } from './types.ts';
