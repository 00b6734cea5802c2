/** A real OpenID provider whose one user agrees to everything, a server that takes its tokens, and the browser between them. */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import {
  calculateJwkThumbprint,
  decodeJwt,
  decodeProtectedHeader,
  importJWK,
  type JWK,
  jwtVerify,
} from 'jose';
import Provider from 'oidc-provider';
import { onTestFinished, vi } from 'vitest';
import type { JsonObject } from '@writ/core';
import { answer, json, listen, type Listener, methodOf } from './listener.ts';

/** The provider. */
export interface SignInProvider {
  readonly issuer: string;
  /** Forms of the token requests, in order. */
  readonly forms: URLSearchParams[];
  /** Parameters with which a person came. */
  readonly asked: URLSearchParams[];
  /** How many clients registered themselves. */
  registrations: number;
}

/** Starts a provider; `more` is added to its features. */
export async function signInProvider(more: JsonObject = {}): Promise<SignInProvider> {
  vi.spyOn(console, 'warn').mockImplementation(() => undefined);
  vi.spyOn(console, 'info').mockImplementation(() => undefined);
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const found: SignInProvider = { issuer, forms: [], asked: [], registrations: 0 };
  const provider = new Provider(issuer, {
    scopes: ['openid', 'offline_access'],
    cookies: { keys: ['a key of the test'] },
    interactions: { url: (_context: unknown, { uid }: { uid: string }) => `/interaction/${uid}` },
    findAccount: (_context: unknown, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId }),
    }),
    features: {
      devInteractions: { enabled: false },
      registration: { enabled: true },
      resourceIndicators: {
        enabled: true,
        getResourceServerInfo: (_context: unknown, audience: string) => ({
          scope: 'read write',
          audience,
          accessTokenFormat: 'jwt' as const,
          accessTokenTTL: 3600,
          jwt: { sign: { alg: 'RS256' } },
        }),
        useGrantedResource: () => true,
      },
      dPoP: { enabled: true },
      ...more,
    },
  });
  const standard = provider.callback();
  server.on('request', (request, response) => {
    const path = URL.parse(request.url ?? '', issuer);
    if (path?.pathname.startsWith('/interaction/') === true) {
      void agree(provider, request, response);
      return;
    }
    if (path?.pathname === '/auth') found.asked.push(path.searchParams);
    if (path?.pathname === '/reg') found.registrations += 1;
    if (path?.pathname !== '/token') {
      standard(request, response);
      return;
    }
    void text(request).then((body) => {
      const form = new URLSearchParams(body);
      found.forms.push(form);
      // Read already: the provider takes it from here.
      standard(Object.assign(request, { body: Object.fromEntries(form) }), response);
    });
  });
  return found;
}

async function agree(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { params, prompt, session } = await provider.interactionDetails(request, response);
  if (prompt.name === 'login') {
    await provider.interactionFinished(request, response, { login: { accountId: 'ann' } });
    return;
  }
  const grant = new provider.Grant({ accountId: session?.accountId, clientId: params['client_id'] });
  grant.addOIDCScope('openid offline_access');
  grant.addResourceScope(params['resource'] ?? '', params['scope'] ?? '');
  await provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

/** Most redirects that are followed. */
const MOST_HOPS = 16;

/** Goes to `url` as a browser does: redirects are followed, cookies kept. */
export async function browse(url: string): Promise<void> {
  const cookies = new Map<string, string>();
  let next: string | undefined = url;
  for (let hops = 0; next !== undefined; hops += 1) {
    if (hops > MOST_HOPS) throw new Error(`too many redirects: ${next}`);
    const cookie = [...cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response: Response = await fetch(next, { redirect: 'manual', headers: { cookie } });
    for (const set of response.headers.getSetCookie()) {
      const [name = '', value = ''] = (set.split(';', 1)[0] ?? '').split('=');
      cookies.set(name, value);
    }
    await response.body?.cancel();
    const location = response.headers.get('location');
    next = location === null ? undefined : new URL(location, next).href;
  }
}

/** How a server is protected. */
export interface Protection {
  /** Issuers that its metadata names at this instant. */
  readonly issuers: () => readonly string[];
  /** The scope that a method needs (default: `read`). */
  readonly needs?: (method: string) => string;
  /** Whether tokens have to be bound to a key, with a proof for each request. */
  readonly isBound?: boolean;
}

/** An MCP server that takes tokens of {@link Protection.issuers} for itself, and says so. */
export async function protectedServer({
  issuers,
  needs = () => 'read',
  isBound,
}: Protection): Promise<Listener> {
  const listener: Listener = await listen(async (came, response) => {
    const { url, headers } = { url: came.raw.url ?? '', headers: came.headers };
    const base = listener.url.replace('/mcp', '');
    if (url === '/.well-known/oauth-protected-resource/mcp')
      return json(response, {
        resource: listener.url,
        authorization_servers: issuers(),
        scopes_supported: ['read', 'write'],
      });
    const scope = needs(methodOf(came));
    const scheme = isBound === true ? 'DPoP' : 'Bearer';
    const challenge = (status: number, error: string): void => {
      const said = `${scheme} scope="${scope}", resource_metadata="${base}/.well-known/oauth-protected-resource/mcp"${error === '' ? '' : `, error="${error}"`}`;
      response.writeHead(status, { 'www-authenticate': said }).end();
    };
    const [given, token = ''] = (headers['authorization'] ?? '').split(' ');
    const claims = given === scheme && token.split('.').length === 3 ? decodeJwt(token) : undefined;
    if (claims?.aud !== listener.url || !issuers().includes(claims.iss ?? '')) return challenge(401, '');
    if (isBound === true && !(await isProven(headers['dpop'] ?? '', token, listener.url)))
      return challenge(401, 'invalid_dpop_proof');
    const granted = String(claims['scope']).split(' ');
    if (!granted.includes(scope)) return challenge(403, 'insufficient_scope');
    return json(response, answer(came, { by: claims.sub }));
  });
  return listener;
}

/** RFC 9449 §4.3, as a server checks it. */
async function isProven(proof: string, token: string, url: string): Promise<boolean> {
  try {
    const jwk = decodeProtectedHeader(proof).jwk as JWK;
    const { payload } = await jwtVerify(proof, await importJWK(jwk, 'ES256'), { typ: 'dpop+jwt' });
    const { cnf } = decodeJwt<{ cnf?: { jkt?: string } }>(token);
    return (
      payload['htm'] === 'POST' &&
      payload['htu'] === url &&
      payload['ath'] === createHash('sha256').update(token).digest('base64url') &&
      cnf?.jkt === (await calculateJwkThumbprint(jwk))
    );
  } catch {
    return false;
  }
}
