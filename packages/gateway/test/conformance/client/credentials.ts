/** What the gateway shows a scenario's server that asks for authorization. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discoverOAuthServerInfo } from '@modelcontextprotocol/client';
import type { GatewaySetting } from '../processes.ts';
import type { Scenario } from './scenarios.ts';
import { providerFor, signIn } from './sign-in.ts';

/** Variable that holds a secret of the gateway. */
const SECRET = 'WRIT_CONFORMANCE_SECRET';

/**
 * Client credentials are the gateway's own. For every other grant somebody signs in beforehand, with the SDK, and the gateway is given the
 * token: it has no browser to send a user to, and passes no token of its own clients on.
 */
export async function credentialFor(
  scenario: Scenario,
  url: string,
): Promise<Pick<GatewaySetting, 'server' | 'environment'>> {
  const { name, context } = scenario;
  if (name.startsWith('auth/client-credentials')) {
    const { authorizationServerUrl } = await discoverOAuthServerInfo(url);
    const isBySecret = name.endsWith('basic');
    const client = {
      issuer: authorizationServerUrl.replace(/\/$/, ''),
      clientId: context['client_id'],
      resource: url,
      ...(isBySecret
        ? { secretEnv: SECRET }
        : { keyFile: keyFile(String(context['private_key_pem'])), algorithm: context['signing_algorithm'] }),
    };
    return {
      server: { auth: { clientCredentials: client } },
      environment: isBySecret ? { [SECRET]: String(context['client_secret']) } : {},
    };
  }
  const provider = providerFor(scenario);
  const refusal = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
  });
  await signIn(provider, url, refusal);
  const token = (await provider.tokens())?.access_token ?? '';
  return {
    server: { auth: { header: { name: 'Authorization', scheme: 'Bearer', valueEnv: SECRET } } },
    environment: { [SECRET]: token },
  };
}

function keyFile(pem: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'writ-key-')), 'key.pem');
  writeFileSync(path, pem, { mode: 0o600 });
  return path;
}
