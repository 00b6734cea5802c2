/** Authorization servers, found by their issuer (RFC 8414, OpenID Connect Discovery). */
import * as oauth from 'oauth4webapi';
import { type CheckedFetch, isLoopback, isPrivate, type Sent } from './checked-fetch.ts';

/** What oauth4webapi wants, for requests with and without a body. */
export interface AuthorityOptions {
  readonly [oauth.allowInsecureRequests]?: boolean;
  readonly [oauth.customFetch]: (url: string, options: Sent) => Promise<Response>;
}

/** How `address`, an issuer or one of its endpoints, is asked. Where it is on the loopback interface, all of it may be. */
export function authorityOptions(address: string, http: CheckedFetch): AuthorityOptions {
  const url = new URL(address);
  const isLocal = url.protocol === 'http:' && isPrivate(url);
  return {
    ...(isLocal ? { [oauth.allowInsecureRequests]: true } : {}),
    [oauth.customFetch]: (target, options) => http.send(target, options),
  };
}

/** The metadata of `issuer`, which names itself exactly so. Rejects where it is not to be had. */
export async function discoverAuthority(
  issuer: string,
  http: CheckedFetch,
): Promise<oauth.AuthorizationServer> {
  const url = new URL(issuer);
  const options = authorityOptions(issuer, http);
  const answers = await oauth.discoveryRequest(url, { algorithm: 'oauth2', ...options });
  if (answers.ok) return oauth.processDiscoveryResponse(url, answers);
  await answers.body?.cancel();
  if (url.pathname !== '/') {
    // MCP, Authorization Server Metadata Discovery: the document of OpenID Connect at the place of RFC 8414.
    const inserted = new URL(`/.well-known/openid-configuration${url.pathname.replace(/\/$/, '')}`, url);
    const headers = { accept: 'application/json' };
    const other = await http.send(inserted, { method: 'GET', headers });
    if (other.ok) return oauth.processDiscoveryResponse(url, other);
    await other.body?.cancel();
  }
  return oauth.processDiscoveryResponse(
    url,
    await oauth.discoveryRequest(url, { algorithm: 'oidc', ...options }),
  );
}

/** Whether the server at `server` may name `issuer`: a server elsewhere has no say over what is asked on this machine. */
export function mayName(server: string, issuer: string): boolean {
  const [from, to] = [new URL(server), new URL(issuer)];
  return to.protocol === 'https:' ? !isLoopback(to) || isLoopback(from) : isPrivate(to) && isLoopback(from);
}

/** Whether two issuers are one: with and without a slash at their end. */
export function isSameIssuer(left: string, right: string): boolean {
  return left.replace(/\/$/, '') === right.replace(/\/$/, '');
}
