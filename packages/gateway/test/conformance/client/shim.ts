/**
 * The client that the suite's client mode starts: `shim.ts URL`. Where `WRIT_GATEWAYS` names a host of gateways, one of them stands between
 * this client and the scenario's server, and it alone speaks to that server.
 */
import { credentialFor } from './credentials.ts';
import { type AtHost, openAt } from './host-client.ts';
import { drive, type Scenario } from './scenarios.ts';
import { signedInFetch } from './sign-in.ts';

/** How often somebody signs in again because the gateway asks for it. */
const MOST_SIGN_INS = 2;

const url = process.argv[2] ?? '';
const host = process.env['WRIT_GATEWAYS'];
const scenario: Scenario = {
  name: process.env['MCP_CONFORMANCE_SCENARIO'] ?? '',
  version: process.env['MCP_CONFORMANCE_PROTOCOL_VERSION'] ?? '2025-11-25',
  context: JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as Record<string, unknown>,
};
const isAboutAuthorization = scenario.name.startsWith('auth/');

if (host === undefined) {
  await drive(url, scenario, isAboutAuthorization ? signedInFetch(scenario, url) : undefined);
} else {
  const { server = {}, ...rest } = isAboutAuthorization ? await credentialFor(scenario, url) : {};
  // One era on both sides, as the client that stands there alone speaks one.
  const era = scenario.version === '2026-07-28' ? 'modern' : 'legacy';
  const gateway = await openAt(host, { behind: { url }, server: { ...server, era }, ...rest });
  try {
    await drivePatiently(gateway, MOST_SIGN_INS);
  } finally {
    await gateway.stop();
  }
}

/** Does what the scenario is about, and again after the gateway asked a person for something and got it. */
async function drivePatiently(gateway: AtHost, signIns: number): Promise<void> {
  const done = drive(gateway.url, scenario);
  await done.catch(() => {});
  if (signIns > 0 && (await gateway.obey())) await drivePatiently(gateway, signIns - 1);
  else await done;
}
