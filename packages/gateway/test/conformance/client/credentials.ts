/** What the gateway shows a scenario's server that asks for authorization. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { discoverOAuthServerInfo } from '@modelcontextprotocol/client';
import type { GatewaySetting } from '../processes.ts';
import type { Scenario } from './scenarios.ts';
import { CLIENT_METADATA_URL, providerFor, signIn } from './sign-in.ts';

/** Variable that holds a secret of the gateway. */
const SECRET = 'WRIT_CONFORMANCE_SECRET';
/** The scope that a server of the suite asks for while a call is under way. */
const STEP_UP = 'mcp:write';

/** Scenarios in which nobody signs in: the token comes from elsewhere. */
export const OF_A_PLATFORM: ReadonlySet<string> = new Set([
  'auth/enterprise-managed-authorization',
  'auth/wif-jwt-bearer',
]);

/**
 * Client credentials are the gateway's own, and for a grant of a person somebody signs in as `writ server login` does. Where a platform vouches for a
 * workload or a company for its people, the platform fetches the token, and the gateway bears it.
 */
export async function credentialFor(
  scenario: Scenario,
  url: string,
): Promise<Pick<GatewaySetting, 'server' | 'environment' | 'signsIn' | 'config'>> {
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
  if (!OF_A_PLATFORM.has(name)) {
    const isRegistered = context['client_secret'] !== undefined;
    const client = isRegistered
      ? { clientId: context['client_id'], secretEnv: SECRET }
      : { clientId: CLIENT_METADATA_URL };
    const bound = name.startsWith('auth/dpop') ? { dpop: true } : {};
    return {
      server: { auth: { authorizationCode: { ...client, ...bound, stepUp: [STEP_UP] } } },
      environment: isRegistered ? { [SECRET]: String(context['client_secret']) } : {},
      signsIn: true,
      config: { gateway: { listen: '127.0.0.1:0', auth: 'none', admin: 'off', log: { form: 'json' } } },
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
