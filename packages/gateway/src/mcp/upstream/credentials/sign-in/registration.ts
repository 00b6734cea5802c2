/** Which client the gateway is at an authorization server: a registered one, one that its metadata describes, or one that registers itself (MCP, Client Registration). */
import { Fault, isJsonObject, type JsonValue, ownProperty } from '@writ/core';
import * as oauth from 'oauth4webapi';
import type { AuthorizationCodeAuth } from '../../../../config/index.ts';
import { authorityOptions } from '../authority.ts';
import type { CheckedFetch } from '../checked-fetch.ts';
import { isMetadataUrl } from '../metadata-url.ts';
import type { SignIn } from '../stored-sign-in.ts';

type Client = SignIn['client'];

/** What a registered client is called where people see it. */
const CLIENT_NAME = 'Writ';

/** What is known before. */
export interface RegistrationOptions {
  readonly server: string;
  readonly auth: AuthorizationCodeAuth;
  readonly metadata: oauth.AuthorizationServer;
  /** The sign-in before, to the same authorization server. */
  readonly before: SignIn | undefined;
  readonly redirectUri: string;
  readonly redirectPort: number;
  readonly http: CheckedFetch;
}

/** The client of `options`. Rejects with `upstream.credential` where none can be had. */
export async function clientOf(options: RegistrationOptions): Promise<Client> {
  const { server, auth, metadata, before, redirectPort } = options;
  const { clientId } = auth;
  const isTaken = metadata['client_id_metadata_document_supported'] === true;
  // An authorization server that does not read such metadata knows nobody by its address.
  const isConfigured =
    clientId !== undefined &&
    (!isMetadataUrl(auth) || isTaken || metadata.registration_endpoint === undefined);
  if (isConfigured)
    return { id: clientId, method: auth.proof === undefined ? 'none' : 'configured', isRegistered: false };
  if (before?.client.isRegistered === true && before.client.redirectPort === redirectPort)
    return before.client;
  if (metadata.registration_endpoint === undefined) {
    const path = `servers.${server}.auth.authorizationCode.clientId`;
    throw new Fault(
      'upstream.credential',
      `the authorization server of server \`${server}\` registers nobody by itself`,
      {
        server,
        path,
        hint: `register the gateway there, with the redirect address http://127.0.0.1/callback, and write \`${path}\``,
      },
    );
  }
  return register(options);
}

/** RFC 7591. */
async function register({
  server,
  metadata,
  redirectUri,
  redirectPort,
  http,
}: RegistrationOptions): Promise<Client> {
  const supported = metadata.token_endpoint_auth_methods_supported ?? ['client_secret_basic'];
  const asked = { none: 'none', basic: 'client_secret_basic', post: 'client_secret_post' } as const;
  const wish = (['none', 'basic', 'post'] as const).find((method) => supported.includes(asked[method]));
  const response = await oauth.dynamicClientRegistrationRequest(
    metadata,
    {
      client_name: CLIENT_NAME,
      application_type: 'native',
      redirect_uris: [redirectUri],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: asked[wish ?? 'none'],
    },
    authorityOptions(metadata.issuer, http),
  );
  const answer = (await response.json().catch(() => undefined)) as JsonValue | undefined;
  const [id, secret, method] = ['client_id', 'client_secret', 'token_endpoint_auth_method'].map((name) =>
    isJsonObject(answer) ? ownProperty(answer, name) : undefined,
  );
  if (!response.ok || typeof id !== 'string' || id === '')
    throw new Fault(
      'upstream.credential',
      `the authorization server of server \`${server}\` refused to register the gateway`,
      {
        server,
        hint: `register it there by hand, and write \`servers.${server}.auth.authorizationCode.clientId\``,
      },
    );
  const isSecret = typeof secret === 'string' && secret !== '';
  return {
    id,
    ...(isSecret ? { secret } : {}),
    method: isSecret ? methodOf(method, supported) : 'none',
    redirectPort,
    isRegistered: true,
  };
}

/** As the answer says, else as the authorization server takes it. */
function methodOf(said: unknown, supported: readonly string[]): Client['method'] {
  const methods = { client_secret_basic: 'basic', client_secret_post: 'post', none: 'none' } as const;
  for (const name of ['client_secret_basic', 'client_secret_post', 'none'] as const)
    if (said === name || (said === undefined && supported.includes(name))) return methods[name];
  return 'basic';
}
