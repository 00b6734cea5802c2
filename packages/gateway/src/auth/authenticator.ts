/** Decides who calls over HTTP, by the methods that the operator configured and no other. */
import { type Caller, describeFault, type Clock, type IssuerRecord } from '@writ/core';
import { certificateCaller, certificateTimeProblem, thumbprintOf } from './certificates/index.ts';
import { challengeFor, type ChallengeContext } from './challenge.ts';
import type { AuthConfiguration, CheckedAuth } from './configuration.ts';
import { readCredential } from './credential.ts';
import { type AccessTokens, type Fetch, openAccessTokens } from './oauth/index.ts';
import { resourceMetadata } from './resource-metadata.ts';
import { apiTokenCaller, TOKEN_PREFIX, TokenFolder } from './tokens/index.ts';
import type {
  Admitted,
  AuthenticationRequest,
  Authenticator,
  Challenge,
  Identified,
  Refusal,
} from './types.ts';
import { isRefusal } from './types.ts';

/** What an authenticator stands on. */
export interface AuthenticatorPorts {
  readonly clock: Clock;
  /** Data folder, absolute: where API tokens are. */
  readonly data: string;
  /** Told what an operator should know, one line each; never a secret. */
  readonly report: (line: string) => void;
  /** Absent means the system's. */
  readonly fetch?: Fetch;
  /** Told of each access token that verified, with the very caller that is answered: for whoever exchanges it. Absent: nobody is told. */
  readonly verified?: (caller: Caller, token: string) => void;
  /** Records that keys of an issuer which is out of reach are used, and that this ended; where it rejects they are not used. Absent: nobody records it. */
  readonly outage?: ((record: IssuerRecord) => Promise<void>) | undefined;
  /** Whether a configured issuer, by its URL, is believed now; absent: each is. */
  readonly trusts?: (issuer: string) => boolean;
}

/** The authenticator of `auth`. Opens and fetches nothing before it is asked. */
export function createAuthenticator(auth: AuthConfiguration, ports: AuthenticatorPorts): Authenticator {
  if (auth.kind === 'none') return { authenticate: () => Promise.resolve({}) };
  return new Checks(auth, ports);
}

class Checks implements Authenticator {
  readonly #auth: CheckedAuth;
  readonly #ports: AuthenticatorPorts;
  readonly #tokens: TokenFolder;
  #accessTokens: Promise<AccessTokens> | undefined;
  readonly #context: Omit<ChallengeContext, 'scopes'>;

  constructor(auth: CheckedAuth, ports: AuthenticatorPorts) {
    this.#auth = auth;
    this.#ports = ports;
    this.#tokens = new TokenFolder(ports.data);
    const metadata = resourceMetadata(auth);
    this.#context = {
      ...(metadata === undefined ? {} : { metadataUrl: metadata.url }),
      takesBearer: auth.issuers.length > 0 || auth.hasTokens,
    };
  }

  async authenticate(request: AuthenticationRequest): Promise<Admitted | Challenge> {
    const needed = this.#neededScopes(request.rpcMethod);
    const refuse = (refusal: Refusal): Challenge =>
      challengeFor(refusal, { ...this.#context, scopes: needed });
    try {
      const identified = await this.#identify(request);
      if (isRefusal(identified)) return refuse(identified);
      if (needed.every((scope) => identified.scopes.has(scope))) return { caller: identified.caller };
      return refuse({
        code: 'auth.scope',
        reason: `the caller needs ${needed.length === 1 ? 'the scope' : 'the scopes'} ${needed.join(' ')}`,
      });
    } catch (thrown) {
      this.#ports.report(`cannot tell who calls: ${describeFault(thrown)}`);
      return refuse({ code: 'auth.unavailable', reason: 'who calls cannot be told' });
    }
  }

  #neededScopes(rpcMethod: string | undefined): readonly string[] {
    const { all, byMethod } = this.#auth.scopes;
    if (rpcMethod === undefined || !Object.hasOwn(byMethod, rpcMethod)) return all;
    return [...new Set([...all, ...(byMethod[rpcMethod] ?? [])])];
  }

  /** A token says who calls where one came; a certificate alone says it otherwise. The two are never mixed. */
  async #identify(request: AuthenticationRequest): Promise<Identified | Refusal> {
    const { issuers, certificates, hasTokens } = this.#auth;
    const { peerCertificate } = request;
    const credential = readCredential(request);
    if (typeof credential === 'object') return credential;
    if (credential === undefined) {
      if (peerCertificate !== undefined && certificates.length > 0)
        return certificateCaller(peerCertificate, certificates, this.#ports.clock.now());
      return { code: 'auth.missing', reason: 'who calls is not known: no credential came' };
    }
    if (credential.startsWith(TOKEN_PREFIX)) {
      if (hasTokens) return apiTokenCaller(credential, { ...this.#ports, tokens: this.#tokens });
      return { code: 'auth.unknown', reason: 'API tokens are not accepted here' };
    }
    if (issuers.length === 0) return { code: 'auth.unknown', reason: 'access tokens are not accepted here' };
    const holds =
      peerCertificate !== undefined &&
      certificateTimeProblem(peerCertificate, this.#ports.clock.now()) === undefined;
    const thumbprint = holds ? thumbprintOf(peerCertificate) : undefined;
    const accessTokens = await this.#openAccessTokens();
    const identified = await accessTokens.identify(credential, thumbprint?.toString('base64url'));
    if (!isRefusal(identified)) this.#ports.verified?.(identified.caller, credential);
    return identified;
  }

  #openAccessTokens(): Promise<AccessTokens> {
    const { clock, fetch: fetching, report, trusts, outage } = this.#ports;
    return (this.#accessTokens ??= openAccessTokens({
      issuers: this.#auth.issuers,
      clock,
      fetch: fetching ?? ((url, init) => fetch(url, init)),
      report,
      outage,
      ...(trusts === undefined ? {} : { trusts }),
    }));
  }
}
