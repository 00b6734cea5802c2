/** How each scenario of the suite's client mode is driven through the gateway. */
import { OF_A_PLATFORM } from './credentials.ts';

/** Scenarios in which the gateway is a client of its own: by client credentials. */
const OWN_CREDENTIAL: ReadonlySet<string> = new Set([
  'auth/client-credentials-basic',
  'auth/client-credentials-jwt',
]);

/** How a scenario is driven, in words of the table. */
export function wayOf(scenario: string): string {
  if (!scenario.startsWith('auth/')) return 'through';
  if (OWN_CREDENTIAL.has(scenario)) return 'the gateway authorizes';
  return OF_A_PLATFORM.has(scenario) ? 'a platform’s token' : 'a person signs in';
}
