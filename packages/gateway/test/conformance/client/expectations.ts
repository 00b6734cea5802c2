/** How each scenario of the suite's client mode is driven through the gateway, and where that cannot be done. */

/** Scenarios in which the gateway itself authorizes: by a credential of `servers.NAME.auth`. */
const OWN_CREDENTIAL: ReadonlySet<string> = new Set([
  'auth/client-credentials-basic',
  'auth/client-credentials-jwt',
]);

/**
 * What passes directly and not through the gateway: a user who signs in again while a call is under way. The gateway has no user to send
 * anywhere; it tells the refusal, and its operator brings another token.
 */
const NEEDS_A_USER: ReadonlySet<string> = new Set([
  'auth/authorization-server-migration',
  'auth/scope-step-up',
]);

/** What passes directly and not through the gateway: tokens that are bound to a key, with a proof for each request. The gateway bears tokens only. */
const NEEDS_A_PROOF: ReadonlySet<string> = new Set(['auth/dpop', 'auth/dpop-nonce']);

/** Whether a scenario comes out otherwise through the gateway. */
export function isBeyond(scenario: string): boolean {
  return NEEDS_A_USER.has(scenario) || NEEDS_A_PROOF.has(scenario);
}

/** How a scenario is driven, in words of the table. */
export function wayOf(scenario: string): string {
  if (!scenario.startsWith('auth/')) return 'through';
  if (OWN_CREDENTIAL.has(scenario)) return 'the gateway authorizes';
  if (NEEDS_A_USER.has(scenario)) return 'needs a user';
  if (NEEDS_A_PROOF.has(scenario)) return 'needs a proof';
  return 'signed in beforehand';
}
