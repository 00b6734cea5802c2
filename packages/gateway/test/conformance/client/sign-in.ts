/** Authorization as the SDK's client does it, with a user who agrees to everything at once. */
import {
  auth,
  ClientCredentialsProvider,
  CrossAppAccessProvider,
  DpopSession,
  extractWWWAuthenticateParams,
  type FetchLike,
  type OAuthClientInformationMixed,
  type OAuthClientProvider,
  PrivateKeyJwtProvider,
  requestJwtAuthorizationGrant,
  type StoredOAuthTokens,
  withDpopFromProvider,
} from '@modelcontextprotocol/client';
import type { Scenario } from './scenarios.ts';

/** The address under which clients describe themselves where the scenarios ask for one. */
export const CLIENT_METADATA_URL = 'https://conformance-test.local/client-metadata.json';
const REDIRECT_URL = 'http://localhost:3000/callback';

/** How often a request is tried again with another token. */
const MOST_SIGN_INS = 3;

/** `fetch` that signs in where the server asks for it, and again where a token does not reach far enough. */
export function signedInFetch(scenario: Scenario, serverUrl: string): FetchLike {
  const provider = providerFor(scenario);
  const send = withDpopFromProvider(provider)(fetch);
  return async (url, init) => {
    for (let tries = 0; ; tries += 1) {
      const tokens = await provider.tokens();
      const headers = new Headers(init?.headers);
      if (tokens !== undefined) headers.set('authorization', `Bearer ${tokens.access_token}`);
      const response = await send(url, { ...init, headers });
      if ((response.status !== 401 && response.status !== 403) || tries >= MOST_SIGN_INS) return response;
      await signIn(provider, serverUrl, response);
    }
  };
}

/** Gets a token for what `refusal` asks for. */
export async function signIn(
  provider: OAuthClientProvider,
  serverUrl: string,
  refusal: Response,
): Promise<void> {
  const { resourceMetadataUrl, scope: asked } = extractWWWAuthenticateParams(refusal);
  await refusal.body?.cancel();
  const granted = provider instanceof AgreeingUser ? provider.asked : [];
  const scopes = [...new Set([...granted, ...(asked?.split(' ') ?? [])])];
  const scope = asked === undefined ? undefined : scopes.join(' ');
  const options = {
    serverUrl,
    ...(resourceMetadataUrl === undefined ? {} : { resourceMetadataUrl }),
    ...(scope === undefined ? {} : { scope }),
    // A refreshed token has the scopes that were not enough.
    forceReauthorization: refusal.status === 403,
  };
  if ((await auth(provider, options)) === 'AUTHORIZED') return;
  const returned = provider instanceof AgreeingUser ? provider.returned?.searchParams : undefined;
  const iss = returned?.get('iss') ?? undefined;
  const authorizationCode = returned?.get('code') ?? '';
  await auth(provider, { ...options, authorizationCode, ...(iss === undefined ? {} : { iss }) });
}

/** How a client signs in, for a scenario of this name. */
export function providerFor({ name, context }: Scenario): OAuthClientProvider {
  const text = (key: string): string => String(context[key]);
  if (name === 'auth/client-credentials-basic')
    return new ClientCredentialsProvider({
      clientId: text('client_id'),
      clientSecret: text('client_secret'),
    });
  if (name === 'auth/client-credentials-jwt')
    return new PrivateKeyJwtProvider({
      clientId: text('client_id'),
      privateKey: text('private_key_pem'),
      algorithm: text('signing_algorithm'),
    });
  if (name === 'auth/enterprise-managed-authorization')
    return new CrossAppAccessProvider({
      clientId: text('client_id'),
      clientSecret: text('client_secret'),
      assertion: async ({ authorizationServerUrl, resourceUrl, scope }) => {
        const { jwtAuthGrant } = await requestJwtAuthorizationGrant({
          tokenEndpoint: text('idp_token_endpoint'),
          audience: authorizationServerUrl,
          resource: resourceUrl,
          idToken: text('idp_id_token'),
          clientId: text('idp_client_id'),
          ...(scope === undefined ? {} : { scope }),
        });
        return jwtAuthGrant;
      },
    });
  if (name === 'auth/wif-jwt-bearer') return new Workload(text('client_id'), text('valid_jwt'));
  return new AgreeingUser(
    context['client_secret'] === undefined
      ? undefined
      : { client_id: text('client_id'), client_secret: text('client_secret') },
    name.startsWith('auth/dpop'),
  );
}

/** A provider whose user agrees; `registered` is what the operator registered beforehand, `isBound` whether tokens are bound to a key (RFC 9449). */
class AgreeingUser implements OAuthClientProvider {
  readonly redirectUrl = REDIRECT_URL;
  readonly clientMetadataUrl: string = CLIENT_METADATA_URL;
  readonly clientMetadata = {
    client_name: 'writ-conformance-client',
    redirect_uris: [REDIRECT_URL],
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
  };
  #information: OAuthClientInformationMixed | undefined;
  #tokens: StoredOAuthTokens | undefined;
  #verifier = '';
  /** Scopes of the last authorization: a later one asks for them too. */
  asked: readonly string[] = [];
  /** Where the last authorization sent the user back to. */
  returned: URL | undefined;

  readonly #session: Promise<DpopSession> | undefined;

  constructor(registered: OAuthClientInformationMixed | undefined, isBound: boolean) {
    this.#information = registered;
    this.#session = isBound ? DpopSession.create() : undefined;
  }

  async dpop(): Promise<DpopSession | undefined> {
    return this.#session;
  }

  clientInformation(): OAuthClientInformationMixed | undefined {
    return this.#information;
  }

  saveClientInformation(information: OAuthClientInformationMixed): void {
    this.#information = information;
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  async redirectToAuthorization(url: URL): Promise<void> {
    this.asked = url.searchParams.get('scope')?.split(' ') ?? [];
    const response = await fetch(url, { redirect: 'manual' });
    const location = response.headers.get('location');
    if (location !== null) this.returned = new URL(location);
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    return this.#verifier;
  }
}

/** A provider for a program that its platform vouches for, by a JWT (RFC 7523 §2.1). */
class Workload implements OAuthClientProvider {
  readonly redirectUrl = undefined;
  readonly clientMetadata = { client_name: 'writ-conformance-client', redirect_uris: [] };
  readonly #id: string;
  readonly #assertion: string;
  #tokens: StoredOAuthTokens | undefined;

  constructor(id: string, assertion: string) {
    this.#id = id;
    this.#assertion = assertion;
  }

  clientInformation(): OAuthClientInformationMixed {
    return { client_id: this.#id };
  }

  tokens(): StoredOAuthTokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: StoredOAuthTokens): void {
    this.#tokens = tokens;
  }

  prepareTokenRequest(scope?: string): URLSearchParams {
    const grant = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
    const request = new URLSearchParams({ grant_type: grant, assertion: this.#assertion });
    if (scope !== undefined) request.set('scope', scope);
    return request;
  }

  redirectToAuthorization(): void {
    throw new TypeError('a workload has no user');
  }

  saveCodeVerifier(): void {}

  codeVerifier(): string {
    throw new TypeError('a workload has no user');
  }
}
