/** One identity provider: where people are sent, and what is believed of how they come back (authorisation code with PKCE, RFC 9700). */
import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  calculatePKCECodeChallenge,
  ClientSecretBasic,
  Configuration,
  customFetch,
  discovery,
  enableNonRepudiationChecks,
  None,
  type ServerMetadata,
} from 'openid-client';
import { z } from 'zod';
import { boundedFetch } from './bounded-fetch.ts';
import type { IdentityProviderSettings } from './settings.ts';
import { troubleOf } from './trouble.ts';

/** Longest that a provider is waited for, in seconds, each time. */
const TIMEOUT_SECONDS = 10;
/** How long what a provider says of itself is believed, in milliseconds. */
const METADATA_MS = 60 * 60 * 1000;

/** What a browser's way to the provider is checked with on its way back. */
export interface RoundTrip {
  readonly state: string;
  readonly nonce: string;
  /** PKCE code verifier (RFC 7636). */
  readonly verifier: string;
}

/** What the provider says of a person, checked. */
export interface IdentityClaims {
  readonly issuer: string;
  readonly subject: string;
  readonly name?: string | undefined;
  readonly email?: string | undefined;
  readonly isEmailVerified: boolean;
  /** As the provider names them. */
  readonly groups: readonly string[];
}

/** A provider that people sign in with. */
export interface IdentityProvider {
  readonly settings: IdentityProviderSettings;
  /** Asks it what it is, so that its operator hears of trouble before people do. Never throws. */
  look(): Promise<void>;
  /** Where to send the browser. Throws where the provider cannot be asked what it is. */
  begin(redirectUri: string, roundTrip: RoundTrip): Promise<URL>;
  /** Asks the provider what it is and for its keys, whatever is known of it. Throws where it does not say. */
  probe(): Promise<void>;
  /** Who came back at `callback`, which is the redirect URI with what the provider added. Throws for anything that is not as it must be. */
  finish(callback: URL, roundTrip: RoundTrip): Promise<IdentityClaims>;
}

/** What a provider needs beside its settings. */
export interface IdentityProviderPorts {
  /** The client's secret, read each time that the provider is asked anew; `undefined` for a public client. */
  readonly secret: () => string | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Told once what is wrong where the provider cannot be asked what it is, and with nothing once it can again. */
  readonly tell?: (trouble: string | undefined) => void;
  /** Longest that the provider is waited for each time; default 10. */
  readonly timeoutSeconds?: number;
}

/** The provider of `settings`; asked for nothing before somebody looks or signs in. */
export function createIdentityProvider(
  settings: IdentityProviderSettings,
  { secret, now, tell, timeoutSeconds = TIMEOUT_SECONDS }: IdentityProviderPorts,
): IdentityProvider {
  let held: { readonly configuration: Configuration; readonly since: number } | undefined;
  let told: string | undefined;
  const say = (trouble: string | undefined): void => {
    if (trouble !== told) tell?.(trouble);
    told = trouble;
  };
  const configured = async (): Promise<Configuration> => {
    if (held !== undefined && Math.abs(now() - held.since) < METADATA_MS) return held.configuration;
    try {
      const configuration = await discovered(settings, secret(), timeoutSeconds);
      held = { configuration, since: now() };
      say(undefined);
      return configuration;
    } catch (thrown) {
      say(troubleOf(thrown));
      throw thrown;
    }
  };
  return {
    settings,
    look: () =>
      configured().then(
        () => undefined,
        () => undefined,
      ),
    async begin(redirectUri, { state, nonce, verifier }) {
      return buildAuthorizationUrl(await configured(), {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: settings.scopes.join(' '),
        state,
        nonce,
        code_challenge: await calculatePKCECodeChallenge(verifier),
        code_challenge_method: 'S256',
      });
    },
    async probe() {
      const { jwks_uri: keys = '' } = (await discovered(settings, secret(), timeoutSeconds)).serverMetadata();
      const signal = AbortSignal.timeout(timeoutSeconds * 1000);
      const response = await boundedFetch(keys, {
        method: 'GET',
        headers: {},
        body: null,
        signal,
        redirect: 'manual',
      });
      KEYS.parse(await response.json());
    },
    async finish(callback, { state, nonce, verifier }) {
      const tokens = await authorizationCodeGrant(await configured(), callback, {
        expectedState: state,
        expectedNonce: nonce,
        pkceCodeVerifier: verifier,
        idTokenExpected: true,
      });
      return claimsOf(tokens.claims() ?? {}, settings);
    },
  };
}

async function discovered(
  { issuer, clientId, algorithms }: IdentityProviderSettings,
  secret: string | undefined,
  timeout: number,
): Promise<Configuration> {
  const authentication = secret === undefined ? None() : ClientSecretBasic(secret);
  const isPlain = issuer.startsWith('http:');
  // The settings take plain HTTP on the loopback interface only.
  const execute = isPlain ? [allowInsecureRequests] : [];
  const found = await discovery(new URL(issuer), clientId, undefined, authentication, {
    [customFetch]: boundedFetch,
    timeout,
    execute,
  });
  // INVARIANT: the operator says which signatures count, not the provider and not the token.
  const metadata: ServerMetadata = Object.assign({}, found.serverMetadata(), {
    id_token_signing_alg_values_supported: [...algorithms],
  });
  const configuration = new Configuration(metadata, clientId, undefined, authentication);
  configuration[customFetch] = boundedFetch;
  configuration.timeout = timeout;
  for (const apply of execute) apply(configuration);
  // Without it the signature of an ID token that came straight from the provider is not looked at (OpenID Connect Core §3.1.3.7, 6).
  enableNonRepudiationChecks(configuration);
  return configuration;
}

/** What stands where the keys are. */
const KEYS = z.object({ keys: z.array(z.object({ kty: z.string() })).min(1) });
const CLAIMS = z.object({
  iss: z.string(),
  sub: z.string().min(1).max(255),
  name: z.string().optional().catch(undefined),
  email: z.email().max(254).optional().catch(undefined),
  email_verified: z.literal(true).optional().catch(undefined),
});
const GROUPS = z.array(z.string().max(255)).max(1_000).catch([]);

function claimsOf(
  claims: Readonly<Record<string, unknown>>,
  { groupsClaim }: IdentityProviderSettings,
): IdentityClaims {
  const { iss, sub, name, email, email_verified } = CLAIMS.parse(claims);
  return {
    issuer: iss,
    subject: sub,
    name,
    email,
    isEmailVerified: email_verified === true,
    groups: GROUPS.parse(claims[groupsClaim]),
  };
}
