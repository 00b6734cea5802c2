/** A token that a person obtained for the gateway by signing in (`writ server login`), renewed for as long as the authorization server lets it (RFC 6749 §6). */
import { type Clock, Fault, isFault, type Timers } from '@writ/core';
import * as oauth from 'oauth4webapi';
import type { AuthorizationCodeAuth } from '../../../config/index.ts';
import { authorityOptions, discoverAuthority, isSameIssuer } from './authority.ts';
import type { CheckedFetch } from './checked-fetch.ts';
import { secretProof } from './client-proof.ts';
import type { DpopKey } from './dpop.ts';
import { mayRegister } from './metadata-url.ts';
import { scopeFault } from './own-tokens.ts';
import { present, tokenIn } from './present.ts';
import { scopesIn } from './scopes.ts';
import type { ServerProfile } from './server-profile.ts';
import type { SignInStore } from './sign-in-store.ts';
import type { SignIn } from './stored-sign-in.ts';
import { errorCode, issuedToken, tokenFault, withNonce } from './token-endpoint.ts';
import type {
  Credential,
  CredentialHeaders,
  CredentialReport,
  Holding,
  Refusal,
  Remedy,
  Target,
} from './types.ts';

/** A token is renewed this long before it ends, in milliseconds. */
const RENEW_BEFORE_MS = 30_000;

/** What the credential stands on. */
export interface AuthorizationCodeOptions {
  readonly auth: AuthorizationCodeAuth;
  readonly profile: ServerProfile;
  readonly store: SignInStore;
  /** Connections to the authorization server. */
  readonly http: CheckedFetch;
  /** How a client proves itself whose proof is configured. */
  readonly proof: () => Promise<oauth.ClientAuth>;
  readonly dpop: DpopKey | undefined;
  readonly clock: Pick<Clock, 'now'>;
  readonly timers: Timers;
  readonly report: CredentialReport;
}

/** The credential. Everybody who calls shows the server the same person. */
export class AuthorizationCode implements Credential {
  readonly name: AuthorizationCodeAuth['kind'] = 'authorizationCode';
  readonly #options: AuthorizationCodeOptions;
  /** As of {@link #stamp}: another process, `writ server login` among them, may write another. */
  #signIn: SignIn | undefined;
  #stamp: string | undefined;
  #renewing: Promise<string> | undefined;

  constructor(options: AuthorizationCodeOptions) {
    this.#options = options;
  }

  async headers(request: Target): Promise<CredentialHeaders> {
    const { dpop, clock } = this.#options;
    const { tokens } = await this.#current();
    if (tokens === undefined) throw this.#wanted('nobody is signed in to server');
    const { access, refresh, expires = Number.POSITIVE_INFINITY } = tokens;
    const isEnding = clock.now() >= expires - RENEW_BEFORE_MS;
    const token = isEnding && refresh !== undefined ? await this.#renewed(access) : access;
    return present(token, request, dpop);
  }

  async refused({ of, challenge, shown }: Refusal): Promise<Remedy> {
    const { dpop, profile, report } = this.#options;
    if (of === 'nonce') return dpop === undefined ? undefined : 'again';
    const before = tokenIn(shown);
    try {
      const { tokens, issuer, scope } = await this.#current();
      if (tokens !== undefined && tokens.access !== before) return 'again';
      if (of === 'scope') return this.#stepUp(challenge.scope, scope);
      const named = await profile.issuersAfter(challenge);
      if (named !== undefined && !named.some((one) => isSameIssuer(one, issuer))) {
        this.#drop();
        report(
          'credential.moved',
          `server ${profile.server} takes tokens of another authorization server`,
          profile.server,
        );
        return this.#wanted(
          'another authorization server than the one that was signed in at is that of server',
        );
      }
      if (tokens?.refresh === undefined) return this.#wanted('the sign-in has ended to server');
      await this.#renewed(before);
      return 'again';
    } catch (fault) {
      if (isFault(fault)) return fault;
      throw fault;
    }
  }

  /** INVARIANT: a person's sign-in is everybody's here, so it ends with its server or with everything, and not with one agent. */
  holding(): Holding {
    return { key: '', isShared: true, forget: () => this.#drop() };
  }

  heard(nonce: string): void {
    this.#options.dpop?.heard(nonce);
  }

  /** More scopes take a person: the fault says which command asks for them. */
  #stepUp(challenge: string | undefined, granted: string | undefined): Fault {
    const { auth, profile, report } = this.#options;
    const [wanted, allowed] = [
      scopesIn(challenge),
      new Set([...scopesIn(auth.scope), ...(auth.stepUp ?? [])]),
    ];
    if (wanted.length === 0 || !wanted.every((scope) => allowed.has(scope)))
      return scopeFault(profile.server, auth.kind, report);
    const held = scopesIn(granted);
    // In the words of the configuration, which are those that were found in it.
    const more = [...allowed].filter((scope) => wanted.includes(scope) && !held.includes(scope));
    const scope = more.length === 0 ? [...allowed].filter((one) => wanted.includes(one)) : more;
    return this.#wanted('more scopes are needed at server', ` --scope "${scope.join(' ')}"`);
  }

  #wanted(what: string, flags = ''): Fault {
    const { profile, report } = this.#options;
    const { server } = profile;
    const command = `writ server login ${server}${flags}`;
    report('credential.sign-in', `${what} ${server}: run ${command}`, server);
    return new Fault('upstream.credential', `${what} \`${server}\``, { server, hint: `run \`${command}\`` });
  }

  /** The sign-in as the file says it now. Rejects where there is none that holds for the server as it is configured. */
  async #current(): Promise<SignIn> {
    const { store, profile, auth, dpop } = this.#options;
    const stamp = store.stamp();
    if (stamp !== this.#stamp) {
      this.#signIn = store.read();
      this.#stamp = stamp;
    }
    const signIn = this.#signIn;
    if (signIn === undefined) throw this.#wanted('nobody is signed in to server');
    const { url, issuer, thumbprint, client } = signIn;
    const isAllowed = auth.issuers?.some((one) => isSameIssuer(one, issuer)) ?? true;
    const isOfClient = client.isRegistered ? mayRegister(auth) : client.id === auth.clientId;
    // INVARIANT: a token goes to the server that it was obtained for, and to no other that bears its name later.
    if (url !== profile.url || !isAllowed || !isOfClient || thumbprint !== (await dpop?.thumbprint()))
      throw this.#wanted('the configuration has changed since somebody signed in to server');
    return signIn;
  }

  /** The token after `before`, fetched once for all who wait. */
  #renewed(before: string): Promise<string> {
    this.#renewing ??= this.#renew(before).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(before: string): Promise<string> {
    const { store, timers } = this.#options;
    return store.alone(timers, async () => {
      // Another process may have been first.
      const signIn = await this.#current();
      const { tokens } = signIn;
      if (tokens === undefined) throw this.#wanted('the sign-in has ended to server');
      if (tokens.access !== before) return tokens.access;
      if (tokens.refresh === undefined) throw this.#wanted('the sign-in has ended to server');
      return this.#refresh(signIn, tokens.refresh);
    });
  }

  async #refresh(signIn: SignIn, refresh: string): Promise<string> {
    const { profile, store, http, dpop, clock } = this.#options;
    const client = { client_id: signIn.client.id };
    try {
      const metadata = await discoverAuthority(signIn.issuer, http);
      const proof = await clientAuth(signIn, this.#options.proof);
      const bound = dpop === undefined ? {} : { DPoP: await dpop.handle() };
      const options = { ...authorityOptions(signIn.issuer, http), ...bound };
      const additionalParameters = { resource: signIn.resource };
      const answer = await withNonce(async () =>
        oauth.processRefreshTokenResponse(
          metadata,
          client,
          await oauth.refreshTokenGrantRequest(metadata, client, proof, refresh, {
            ...options,
            additionalParameters,
          }),
        ),
      );
      const {
        token,
        expiresInMs,
        refreshToken = refresh,
        scope = signIn.scope,
      } = issuedToken(answer, dpop !== undefined);
      const expires = expiresInMs === undefined ? {} : { expires: clock.now() + expiresInMs };
      const tokens = { access: token, refresh: refreshToken, ...expires };
      store.write({ ...signIn, ...(scope === undefined ? {} : { scope }), tokens });
      return token;
    } catch (thrown) {
      const code = errorCode(thrown);
      // Who registered itself and is not known any more registers anew.
      if (code === 'invalid_client' && signIn.client.isRegistered) store.remove();
      else if (code === 'invalid_grant') this.#drop();
      else throw tokenFault(profile.server, this.name, thrown);
      throw this.#wanted('the authorization server ended the sign-in to server');
    }
  }

  /** Forgets the tokens, here and in the file. */
  #drop(): void {
    const { store } = this.#options;
    const signIn = store.read();
    if (signIn?.tokens !== undefined) store.write({ ...signIn, tokens: undefined });
  }
}

/** How the client of `signIn` proves itself. */
export function clientAuth(
  { client: { method, secret } }: Pick<SignIn, 'client'>,
  configured: () => Promise<oauth.ClientAuth>,
): Promise<oauth.ClientAuth> {
  if (method === 'configured') return configured();
  if (method === 'none' || secret === undefined) return Promise.resolve(oauth.None());
  return Promise.resolve(secretProof(secret, method));
}
