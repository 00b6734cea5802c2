/** How people sign in: passkeys, links that are good once, identity providers; and their sessions. */
import type { Route } from '../api/index.ts';
import { LINK_ROUTES } from './links/index.ts';
import { OIDC_ROUTES } from './oidc/index.ts';
import { PASSKEY_ROUTES } from './passkeys/index.ts';
import { SESSION_ROUTES } from './session-routes.ts';

export { createFirstLink, createRecoveryLink, type ShownLink } from './links/index.ts';
export { CREDENTIALS, credentialsOf, type DeviceLogin, type EmergencyCode } from './passkeys/index.ts';
export { refused } from './refuse.ts';
export { requireRecent } from './recent.ts';
export {
  EMERGENCY_MS,
  endSessions,
  sessionAuthenticator,
  startSession,
} from './session.ts';
export { hashOf, newSecret } from './session-cookie.ts';

export const SIGN_IN_ROUTES: readonly Route[] = [
  ...SESSION_ROUTES,
  ...PASSKEY_ROUTES,
  ...LINK_ROUTES,
  ...OIDC_ROUTES,
];
