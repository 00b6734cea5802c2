/** How each scenario of the suite's client mode is driven through the gateway, and where that cannot be done. */

/** Scenarios in which the gateway itself authorizes: by a credential of `servers.NAME.auth`. */
export const OWN_CREDENTIAL: ReadonlySet<string> = new Set([
  'auth/client-credentials-basic',
  'auth/client-credentials-jwt',
]);

/**
 * What passes directly and not through the gateway: a user who signs in again while a call is under way. The gateway has no user to send
 * anywhere; it tells the refusal, and its operator brings another token.
 */
export const NEEDS_A_USER: ReadonlySet<string> = new Set([
  'auth/authorization-server-migration',
  'auth/scope-step-up',
]);

/** Extensions of authorization that neither the client of these tests nor the gateway speaks. */
export const NOT_SPOKEN: ReadonlySet<string> = new Set([
  'auth/dpop',
  'auth/dpop-nonce',
  'auth/enterprise-managed-authorization',
  'auth/wif-jwt-bearer',
]);

/** How a scenario is driven, in words of the table. */
export function wayOf(scenario: string): string {
  if (!scenario.startsWith('auth/')) return 'through';
  if (OWN_CREDENTIAL.has(scenario)) return 'the gateway authorizes';
  if (NEEDS_A_USER.has(scenario)) return 'needs a user';
  if (NOT_SPOKEN.has(scenario)) return 'not spoken by either';
  return 'signed in beforehand';
}
