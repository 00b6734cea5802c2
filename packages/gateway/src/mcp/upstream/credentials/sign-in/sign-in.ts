/** A person signs in to a server for the gateway, in a browser (RFC 6749 §4.1 with PKCE, RFC 8252, RFC 9728, RFC 8414, RFC 8707, RFC 9207). */
import { type Clock, Fault, isFault, type Timers } from '@writ/core';
import * as oauth from 'oauth4webapi';
import type { AuthorizationCodeAuth } from '../../../../config/index.ts';
import type { HttpServer } from '../../../ports.ts';
import { clientAuth } from '../authorization-code.ts';
import { authorityOptions, discoverAuthority, isSameIssuer, mayName } from '../authority.ts';
import { readChallenge } from '../challenge.ts';
import { CheckedFetch, isPrivate } from '../checked-fetch.ts';
import { clientProof } from '../client-proof.ts';
import type { DpopKey } from '../dpop.ts';
import { dpopKey } from '../open-credential.ts';
import { scopesIn } from '../scopes.ts';
import type { Environment } from '../secret.ts';
import type { ServerMetadata } from '../server-metadata.ts';
import { ServerProfile } from '../server-profile.ts';
import { SignInStore } from '../sign-in-store.ts';
import type { SignIn } from '../stored-sign-in.ts';
import { errorCode, issuedToken, withNonce } from '../token-endpoint.ts';
import { RedirectListener } from './redirect-listener.ts';
import { clientOf } from './registration.ts';

/** How long a person has, in milliseconds. */
const SIGN_IN_MS = 600_000;
const KIND: AuthorizationCodeAuth['kind'] = 'authorizationCode';
const OFFLINE = 'offline_access';

/** What a person decides. */
export interface SigningPerson {
  /** Takes the person to `url`: an address of the authorization server at `issuer`, which asks them for `scope`. */
  open(
    url: string,
    asked: { readonly issuer: string; readonly scope: string | undefined },
  ): Promise<void> | void;
  /** Whether to sign in at `issuer`, which the server names now, instead of at `before`. */
  confirmMove(issuer: string, before: string): Promise<boolean> | boolean;
}

/** A sign-in to be. */
export interface SignInOptions {
  readonly server: HttpServer;
  /** Data folder, absolute. */
  readonly data: string;
  readonly environment: Environment;
  readonly clock: Pick<Clock, 'now'>;
  readonly timers: Timers;
  readonly person: SigningPerson;
  /** Scopes that the person asks for besides. */
  readonly scopes?: readonly string[];
  /** Port of the loopback interface that the browser comes back to; absent for the one before, or any. */
  readonly port?: number;
}

/** What came of it. */
export interface SignedIn {
  readonly issuer: string;
  /** What was granted, where that was said. */
  readonly scope: string | undefined;
  /** Whether the gateway can renew the token by itself. */
  readonly isRenewable: boolean;
  /** Milliseconds since 1970; absent where that was not said. */
  readonly expires: number | undefined;
}

/**
 * Signs in, and keeps the tokens in the data folder, where every gateway on it finds them at once.
 * Rejects with `upstream.credential`, which quotes nothing that came; `config.invalid`, `key.*`, `io.failed`.
 */
export async function signIn(options: SignInOptions): Promise<SignedIn> {
  const { server, data, environment, clock } = options;
  const { auth } = server;
  if (auth?.kind !== KIND)
    throw new Fault('config.invalid', `server \`${server.name}\` is not one that a person signs in to`, {
      path: `servers.${server.name}.auth`,
      hint: 'write `auth: {authorizationCode: {}}`',
    });
  const store = new SignInStore(data, server.name);
  const profile = new ServerProfile(server);
  const http = new CheckedFetch(server.name);
  try {
    return await new SigningIn(options, auth, {
      store,
      profile,
      http,
      proof: clientProof(server.name, KIND, auth.proof, environment),
      dpop: dpopKey(auth.dpop, store, clock),
    }).run();
  } catch (thrown) {
    if (isFault(thrown)) throw thrown;
    throw failed(server.name, errorCode(thrown));
  } finally {
    await Promise.all([profile.close(), http.close()]);
  }
}

/** Forgets the sign-in to `server`; whether there was one. Throws `io.failed`. */
export function signOut(server: string, data: string): boolean {
  return new SignInStore(data, server).remove();
}

interface Parts {
  readonly store: SignInStore;
  readonly profile: ServerProfile;
  readonly http: CheckedFetch;
  readonly proof: () => Promise<oauth.ClientAuth>;
  readonly dpop: DpopKey | undefined;
}

/** One sign-in under way, step by step. */
class SigningIn {
  readonly #options: SignInOptions;
  readonly #auth: AuthorizationCodeAuth;
  readonly #parts: Parts;

  constructor(options: SignInOptions, auth: AuthorizationCodeAuth, parts: Parts) {
    this.#options = options;
    this.#auth = auth;
    this.#parts = parts;
  }

  async run(): Promise<SignedIn> {
    const { store, profile, http } = this.#parts;
    const stored = store.read();
    const known = stored?.url === profile.url ? stored : undefined;
    const challenge = await this.#challenge();
    const said = await profile.metadata(challenge);
    const issuer = await this.#issuer(said, known);
    const before = known !== undefined && isSameIssuer(known.issuer, issuer) ? known : undefined;
    const metadata = await discoverAuthority(issuer, http);
    if (said?.isOfServer === false)
      throw this.#refused('its metadata is that of another resource', 'its operator has to mend that');
    if (metadata.code_challenge_methods_supported?.includes('S256') !== true)
      throw this.#refused('its authorization server does not say that it knows PKCE (S256)');
    const scope = this.#scope(challenge.scope, said, metadata, before);
    const listener = await this.#listen(before);
    try {
      const client = await clientOf({
        server: profile.server,
        auth: this.#auth,
        metadata,
        before,
        redirectUri: listener.uri,
        redirectPort: listener.port,
        http,
      });
      const resource = this.#auth.resource ?? said?.resource ?? profile.resource;
      return await this.#authorize({ metadata, client, resource, scope, listener });
    } finally {
      listener.close();
    }
  }

  /** What the server says to somebody who shows nothing. */
  async #challenge(): Promise<ReturnType<typeof readChallenge>> {
    const { profile } = this.#parts;
    const response = await profile.http.send(this.#options.server.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream' },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'ping' }),
    });
    await response.body?.cancel();
    return response.status === 401
      ? readChallenge(response.headers.get('www-authenticate') ?? undefined)
      : {};
  }

  /** Which authorization server: one that the server names and the configuration allows. */
  async #issuer(said: ServerMetadata | undefined, known: SignIn | undefined): Promise<string> {
    const { issuers: allowed } = this.#auth;
    const { server } = this.#parts.profile;
    const path = `servers.${server}.auth.${KIND}.issuers`;
    const named = said === undefined || said.issuers.length === 0 ? (allowed ?? []) : said.issuers;
    const isAllowed = (issuer: string): boolean =>
      allowed?.some((one) => isSameIssuer(one, issuer)) ?? mayName(this.#parts.profile.url, issuer);
    const usable = named.filter(isAllowed);
    const [first] = usable;
    if (named.length === 0) throw this.#refused('it does not say who issues its tokens', `write \`${path}\``);
    if (first === undefined)
      throw this.#refused(
        `it takes tokens of none that \`${path}\` allows`,
        `write \`${path}\` as it should be`,
      );
    if (known === undefined) return first;
    const same = usable.find((one) => isSameIssuer(one, known.issuer));
    if (same !== undefined) return same;
    // A list that the operator wrote has said yes to it already.
    if (allowed !== undefined || (await this.#options.person.confirmMove(first, known.issuer))) return first;
    throw this.#refused(
      'it takes tokens of another authorization server now',
      'agree to it, or write `issuers`',
    );
  }

  /** MCP, Scope Selection Strategy; what was granted before is asked for again, so that no sign-in loses it. */
  #scope(
    challenge: string | undefined,
    said: ServerMetadata | undefined,
    metadata: oauth.AuthorizationServer,
    before: SignIn | undefined,
  ): string | undefined {
    const { scope: configured } = this.#auth;
    const base = scopesIn(configured ?? challenge ?? said?.scopes.join(' '));
    const more = this.#options.scopes ?? [];
    const scopes = new Set([...base, ...(more.length === 0 ? [] : scopesIn(before?.scope)), ...more]);
    const isOffline = metadata.scopes_supported?.includes(OFFLINE) === true;
    if (configured === undefined && isOffline && scopes.size > 0) scopes.add(OFFLINE);
    return scopes.size === 0 ? undefined : [...scopes].join(' ');
  }

  /** The port that a registered client came back to before, where it is still free: it may be registered with that one alone. */
  async #listen(before: SignIn | undefined): Promise<RedirectListener> {
    const { port } = this.#options;
    const known = before?.client.redirectPort;
    if (port !== undefined || known === undefined) return RedirectListener.open(port ?? 0);
    return RedirectListener.open(known).catch(() => RedirectListener.open(0));
  }

  async #authorize(asking: {
    readonly metadata: oauth.AuthorizationServer;
    readonly client: SignIn['client'];
    readonly resource: string;
    readonly scope: string | undefined;
    readonly listener: RedirectListener;
  }): Promise<SignedIn> {
    const { metadata, client, resource, scope, listener } = asking;
    const { dpop } = this.#parts;
    const verifier = oauth.generateRandomCodeVerifier();
    const state = oauth.generateRandomState();
    const url = this.#endpoint(metadata);
    const thumbprint = await dpop?.thumbprint();
    for (const [name, value] of Object.entries({
      response_type: 'code',
      client_id: client.id,
      redirect_uri: listener.uri,
      scope,
      state,
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
      resource,
      dpop_jkt: thumbprint,
      prompt: scopesIn(scope).includes(OFFLINE) ? 'consent' : undefined,
    }))
      if (value !== undefined) url.searchParams.set(name, value);
    const returned = await this.#returned(listener, url, state, { issuer: metadata.issuer, scope });
    const parameters = oauth.validateAuthResponse(metadata, { client_id: client.id }, returned, state);
    return this.#redeem(asking, parameters, verifier, thumbprint);
  }

  /** Where the person goes. INVARIANT: an address over `https:` or on this machine, so that nothing else is ever opened. */
  #endpoint({ authorization_endpoint: endpoint = '' }: oauth.AuthorizationServer): URL {
    const url = URL.parse(endpoint);
    if (url !== null && isPrivate(url)) return url;
    throw this.#refused('its authorization server says no address at which a person could sign in');
  }

  async #returned(
    listener: RedirectListener,
    url: URL,
    state: string,
    asked: { readonly issuer: string; readonly scope: string | undefined },
  ): Promise<URLSearchParams> {
    const late = new AbortController();
    const cancel = this.#options.timers.after(SIGN_IN_MS, () =>
      late.abort(this.#refused('nobody signed in within ten minutes', 'run it again')),
    );
    try {
      const answer = listener.answer(state, late.signal);
      answer.catch(() => {});
      await this.#options.person.open(url.href, asked);
      return await answer;
    } finally {
      cancel();
    }
  }

  async #redeem(
    {
      metadata,
      client,
      resource,
      scope: asked,
      listener,
    }: {
      readonly metadata: oauth.AuthorizationServer;
      readonly client: SignIn['client'];
      readonly resource: string;
      readonly scope: string | undefined;
      readonly listener: RedirectListener;
    },
    parameters: URLSearchParams,
    verifier: string,
    thumbprint: string | undefined,
  ): Promise<SignedIn> {
    const { store, profile, http, dpop, proof } = this.#parts;
    const { clock, timers } = this.#options;
    const who = { client_id: client.id };
    const bound = dpop === undefined ? {} : { DPoP: await dpop.handle() };
    const options = {
      ...authorityOptions(metadata.issuer, http),
      ...bound,
      additionalParameters: { resource },
    };
    const auth = await clientAuth({ client }, proof);
    const answer = await withNonce(async () =>
      oauth.processAuthorizationCodeResponse(
        metadata,
        who,
        await oauth.authorizationCodeGrantRequest(
          metadata,
          who,
          auth,
          parameters,
          listener.uri,
          verifier,
          options,
        ),
      ),
    );
    const { token, expiresInMs, refreshToken, scope = asked } = issuedToken(answer, dpop !== undefined);
    const expires = expiresInMs === undefined ? undefined : clock.now() + expiresInMs;
    await store.alone(timers, () => {
      store.write({
        version: 1,
        url: profile.url,
        resource,
        issuer: metadata.issuer,
        client,
        ...(scope === undefined ? {} : { scope }),
        ...(thumbprint === undefined ? {} : { thumbprint }),
        tokens: {
          access: token,
          ...(refreshToken === undefined ? {} : { refresh: refreshToken }),
          ...(expires === undefined ? {} : { expires }),
        },
      });
      return Promise.resolve();
    });
    return { issuer: metadata.issuer, scope, isRenewable: refreshToken !== undefined, expires };
  }

  #refused(problem: string, hint?: string): Fault {
    const { name: server } = this.#options.server;
    return new Fault('upstream.credential', `nobody can sign in to server \`${server}\`: ${problem}`, {
      server,
      ...(hint === undefined ? {} : { hint }),
    });
  }
}

function failed(server: string, code: string | undefined): Fault {
  const how =
    code === undefined
      ? 'an answer on the way does not hold'
      : `the authorization server answered \`${code}\``;
  return new Fault('upstream.credential', `nobody can sign in to server \`${server}\`: ${how}`, { server });
}
