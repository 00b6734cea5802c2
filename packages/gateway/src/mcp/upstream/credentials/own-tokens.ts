/** Tokens that the gateway fetches by itself, by whom they are for: shown, renewed, asked for with more scopes, and dropped where the server takes another's. */
import { type Clock, Fault } from '@writ/core';
import type { OAuthClient, ServerAuth } from '../../../config/index.ts';
import { isSameIssuer } from './authority.ts';
import type { DpopKey } from './dpop.ts';
import { present, tokenIn } from './present.ts';
import { Scopes } from './scopes.ts';
import type { ServerProfile } from './server-profile.ts';
import { TokenCache } from './token-cache.ts';
import type { TokenEndpoint, TokenRequest } from './token-endpoint.ts';
import type { CredentialHeaders, CredentialReport, Holding, Refusal, Remedy, Target } from './types.ts';

/** What the tokens stand on. */
export interface OwnTokensOptions {
  readonly kind: ServerAuth['kind'];
  readonly config: OAuthClient;
  readonly endpoint: TokenEndpoint;
  readonly profile: ServerProfile;
  readonly dpop: DpopKey | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly report: CredentialReport;
}

/** The tokens of one server. */
export class OwnTokens {
  readonly #options: OwnTokensOptions;
  readonly #cache: TokenCache;
  readonly #scopes: Scopes;

  constructor(options: OwnTokensOptions) {
    this.#options = options;
    this.#cache = new TokenCache(options.clock);
    this.#scopes = new Scopes(options.config.scope, options.config.stepUp);
  }

  /** The headers with the token under `key`, asked for by `asked` where none holds. */
  async headers(
    key: string,
    request: Target,
    asked: () => Omit<TokenRequest, 'scope'>,
  ): Promise<CredentialHeaders> {
    const { endpoint, dpop } = this.#options;
    const token = await this.#cache.get(key, () =>
      endpoint.fetch({ ...asked(), scope: this.#scopes.of(key) }),
    );
    return present(token, request, dpop);
  }

  /** What can be done about the refusal of the token under `key`. */
  async refused(key: string, { of, challenge, shown }: Refusal): Promise<Remedy> {
    const { dpop } = this.#options;
    if (of === 'nonce') return dpop === undefined ? undefined : 'again';
    if (of === 'scope') return this.#stepUp(key, challenge.scope, tokenIn(shown));
    this.#cache.forget(key, tokenIn(shown));
    const { profile, config, kind, report } = this.#options;
    const { issuer } = config;
    if (issuer === undefined) return 'again';
    const named = await profile.issuersAfter(challenge);
    if (named === undefined || named.some((one) => isSameIssuer(one, issuer))) return 'again';
    const { server } = profile;
    report('credential.moved', `server ${server} takes tokens of another authorization server`, server);
    const path = `servers.${server}.auth.${kind}.issuer`;
    const problem = `server \`${server}\` takes tokens of another authorization server than \`${path}\` names`;
    return new Fault('upstream.credential', problem, {
      server,
      path,
      hint: 'register the gateway at the one that the server’s metadata names, and configure that',
    });
  }

  /** The token under `key`, as something that can be dropped. */
  holding(key: string, isShared: boolean): Holding {
    return { key, isShared, forget: () => this.#cache.drop(key) };
  }

  heard(nonce: string): void {
    this.#options.dpop?.heard(nonce);
  }

  #stepUp(key: string, wanted: string | undefined, token: string): Remedy {
    const { profile, kind, report } = this.#options;
    const { server } = profile;
    const came = this.#scopes.raise(key, wanted, this.#cache.scopeOf(key));
    if (came === 'same') return 'again';
    if (came === 'beyond') return scopeFault(server, kind, report);
    this.#cache.forget(key, token);
    report(
      'credential.stepped-up',
      `a token with more scopes is asked for, as server ${server} wants`,
      server,
    );
    return 'again';
  }
}

/** The fault of a challenge for scopes that no configuration allows. The scopes are the server's words, and stand nowhere. */
export function scopeFault(server: string, kind: ServerAuth['kind'], report: CredentialReport): Fault {
  const path = `servers.${server}.auth.${kind}.stepUp`;
  report('credential.scope', `server ${server} wants scopes that ${path} does not name`, server);
  return new Fault(
    'upstream.credential',
    `server \`${server}\` wants scopes that \`${path}\` does not name (HTTP 403)`,
    {
      server,
      path,
      hint: 'name there what it may have beyond `scope`; its documentation says what it wants',
    },
  );
}
