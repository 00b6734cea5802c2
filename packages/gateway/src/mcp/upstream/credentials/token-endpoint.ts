/** Asks an authorization server for tokens (RFC 6749), over connections as checked as those to servers. */
import { Fault, isFault } from '@writ/core';
import * as oauth from 'oauth4webapi';
import type { OAuthClient } from '../../../config/index.ts';
import { authorityOptions, type AuthorityOptions, discoverAuthority } from './authority.ts';
import type { CheckedFetch } from './checked-fetch.ts';
import { clientProof } from './client-proof.ts';
import type { DpopKey } from './dpop.ts';
import type { Environment } from './secret.ts';
import type { IssuedToken } from './token-cache.ts';

/** RFC 6749 §5.2, and what extensions add: never quoted, where a server writes something else. */
const ERROR_CODE = /^[a-z_]{1,60}$/;
/** What can stand after `Bearer` (RFC 6750 §2.1) and `DPoP` (RFC 9449 §7.1). */
const TOKEN = /^[A-Za-z0-9\-._~+/]{1,16384}=*$/;

/** What a token is asked for with, besides the client. */
export interface TokenRequest {
  readonly grant: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly scope: string | undefined;
}

/** One authorization server, as one client. */
export class TokenEndpoint {
  readonly #server: string;
  readonly #field: string;
  readonly #config: OAuthClient;
  readonly #proof: () => Promise<oauth.ClientAuth>;
  readonly #options: AuthorityOptions;
  readonly #http: CheckedFetch;
  readonly #dpop: DpopKey | undefined;
  #metadata: Promise<oauth.AuthorizationServer> | undefined;

  /** `dpop`: the key that tokens are bound to. Throws `config.invalid`, and `key.*` where the client's key cannot be used. */
  constructor(
    server: string,
    field: string,
    config: OAuthClient,
    environment: Environment,
    http: CheckedFetch,
    dpop: DpopKey | undefined,
  ) {
    this.#server = server;
    this.#field = field;
    this.#config = config;
    this.#http = http;
    this.#dpop = dpop;
    this.#proof = clientProof(server, field, config.proof, environment);
    // The configuration takes `http:` on the loopback interface alone.
    this.#options = authorityOptions(config.issuer ?? config.tokenEndpoint ?? '', http);
  }

  /** A token for `asked`. Rejects with `upstream.credential`, which says what failed and quotes nothing of it. */
  async fetch({ grant, parameters, scope }: TokenRequest): Promise<IssuedToken> {
    const client = { client_id: this.#config.clientId };
    try {
      const metadata = await this.#discovered();
      const bound = this.#dpop === undefined ? {} : { DPoP: await this.#dpop.handle() };
      const answer = await withNonce(async () =>
        oauth.processGenericTokenEndpointResponse(
          metadata,
          client,
          await oauth.genericTokenEndpointRequest(
            metadata,
            client,
            await this.#proof(),
            grant,
            { ...(scope === undefined ? {} : { scope }), ...parameters },
            { ...this.#options, ...bound },
          ),
        ),
      );
      return issuedToken(answer, this.#dpop !== undefined);
    } catch (thrown) {
      throw tokenFault(this.#server, this.#field, thrown);
    }
  }

  /** The server's metadata, read once; a failure is forgotten, so that the next who asks tries again. */
  #discovered(): Promise<oauth.AuthorizationServer> {
    const { issuer, tokenEndpoint } = this.#config;
    if (tokenEndpoint !== undefined)
      return Promise.resolve({ issuer: new URL(tokenEndpoint).origin, token_endpoint: tokenEndpoint });
    this.#metadata ??= discoverAuthority(issuer ?? '', this.#http).catch((thrown: unknown) => {
      this.#metadata = undefined;
      throw thrown;
    });
    return this.#metadata;
  }
}

/** What `ask` resolves with; asked once more where the authorization server wants its nonce in the proof (RFC 9449 §8). */
export async function withNonce<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (thrown) {
    if (!oauth.isDPoPNonceError(thrown)) throw thrown;
    return ask();
  }
}

/** The token of `answer`. Throws where it cannot stand in a header, or is not bound to the key although it should be. */
export function issuedToken(answer: oauth.TokenEndpointResponse, isBound: boolean): IssuedToken {
  const {
    access_token: token,
    token_type: type,
    expires_in: seconds,
    scope,
    refresh_token: refresh,
  } = answer;
  if (!TOKEN.test(token)) throw new TypeError('no token that can stand in a header');
  if ((type === 'dpop') !== isBound) throw new TypeError('a token of another type than was asked for');
  return {
    token,
    ...(seconds === undefined ? {} : { expiresInMs: seconds * 1_000 }),
    ...(scope === undefined ? {} : { scope }),
    ...(refresh === undefined ? {} : { refreshToken: refresh }),
  };
}

/** The fault for whatever kept a token from being had. Without the cause: what libraries say of a response may quote it. */
export function tokenFault(server: string, field: string, thrown: unknown): Fault {
  if (isFault(thrown, 'key.malformed')) return thrown;
  const code = errorCode(thrown);
  const how = code === undefined ? 'no token could be had' : `the authorization server answered \`${code}\``;
  const problem = `the credential \`${field}\` of server \`${server}\` failed: ${how}`;
  return new Fault('upstream.credential', problem, { server, path: `servers.${server}.auth.${field}` });
}

/** The code of an authorization server's answer, in the form that such codes have; `undefined` for anything else. */
export function errorCode(thrown: unknown): string | undefined {
  const isCoded =
    thrown instanceof oauth.ResponseBodyError || thrown instanceof oauth.AuthorizationResponseError;
  return isCoded && ERROR_CODE.test(thrown.error) ? thrown.error : undefined;
}
