/** An issuer on paper: keys of its own, tokens as its provider writes them, and a `fetch` that answers for it. */
import { type CryptoKey, exportJWK, generateKeyPair, type JWTHeaderParameters, SignJWT } from 'jose';
import type { Caller, JsonObject } from '@writ/core';
import { type FakeClock, fakeClock } from '@writ/core/testing';
import {
  type Admitted,
  type AuthConfiguration,
  type AuthenticationRequest,
  type Authenticator,
  type Challenge,
  createAuthenticator,
} from '../../src/auth/index.ts';
import { parseAuth, readYaml } from '../../src/config/index.ts';

/** A key pair under a key id. */
export interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly publicJwk: JsonObject;
}

/** A new key. */
export async function issuerKey(kid: string, alg = 'RS256'): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  const publicJwk = { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } as JsonObject;
  return { kid, alg, privateKey, publicJwk };
}

/** `claims` signed by `key`; a header member that is `undefined` is left out. */
export function signed(
  claims: JsonObject,
  key: IssuerKey,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  const whole = { alg: key.alg, kid: key.kid, typ: 'JWT', ...header };
  const present = Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== undefined));
  return new SignJWT(claims).setProtectedHeader(present as JWTHeaderParameters).sign(key.privateKey);
}

/** What stands at an address: a document, or how asking fails. */
export type Page = JsonObject | (() => Response | Promise<Response>);

/** A network of pages. */
export interface FakeNetwork {
  readonly pages: Map<string, Page>;
  /** Every address that was asked for, in order. */
  readonly asked: string[];
  readonly fetch: (url: string) => Promise<Response>;
}

/** A network with `pages`; anything else is 404. */
export function fakeNetwork(pages: Readonly<Record<string, Page>>): FakeNetwork {
  const network: FakeNetwork = {
    pages: new Map(Object.entries(pages)),
    asked: [],
    async fetch(url) {
      network.asked.push(url);
      const page = network.pages.get(url);
      if (page === undefined) return new Response('', { status: 404 });
      return typeof page === 'function' ? page() : Response.json(page);
    },
  };
  return network;
}

/** The `gateway.auth` in `yaml`. */
export function authOf(yaml: string): AuthConfiguration {
  return parseAuth(readYaml(yaml, '/w/writ.yaml'));
}

/** An authenticator under test. */
export interface AuthWorld {
  readonly clock: FakeClock;
  readonly network: FakeNetwork;
  readonly reports: string[];
  /** Access tokens that verified, with the callers they were answered with. */
  readonly verified: { readonly caller: Caller; readonly token: string }[];
  readonly authenticator: Authenticator;
  /** What becomes of a request with `token`. */
  call(token?: string, rest?: Partial<AuthenticationRequest>): Promise<Admitted | Challenge>;
}

/** An authenticator of `yaml` before `pages`. */
export function authWorld(
  yaml: string,
  pages: Readonly<Record<string, Page>> = {},
  data = '/nowhere',
  trusts?: (issuer: string) => boolean,
): AuthWorld {
  const clock = fakeClock();
  const network = fakeNetwork(pages);
  const reports: string[] = [];
  const verified: { readonly caller: Caller; readonly token: string }[] = [];
  const authenticator = createAuthenticator(authOf(yaml), {
    clock,
    data,
    fetch: network.fetch,
    report: (line) => void reports.push(line),
    verified: (caller, token) => void verified.push({ caller, token }),
    ...(trusts === undefined ? {} : { trusts }),
  });
  return {
    verified,
    clock,
    network,
    reports,
    authenticator,
    call: (token, rest = {}) =>
      authenticator.authenticate({
        method: 'POST',
        url: '/mcp',
        headers: token === undefined ? {} : { authorization: [`Bearer ${token}`] },
        ...rest,
      }),
  };
}

/** Seconds since 1970 of `world`'s clock, moved by `offset`. */
export function seconds({ clock }: Pick<AuthWorld, 'clock'>, offset = 0): number {
  return Math.floor(clock.now() / 1000) + offset;
}
