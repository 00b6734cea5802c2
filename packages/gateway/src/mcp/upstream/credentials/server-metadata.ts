/** What a server says of itself as a protected resource (RFC 9728): whose tokens it takes. */
import { isJsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { Challenge } from './challenge.ts';
import type { CheckedFetch } from './checked-fetch.ts';

/** Most issuers that are looked at. */
const MAX_ISSUERS = 16;

/** The metadata, as far as it is used. */
export interface ServerMetadata {
  /** The identifier of the resource, as it is written: what tokens are asked for (RFC 8707). */
  readonly resource: string;
  /** Whether that is the server; what is said of another resource is not followed. */
  readonly isOfServer: boolean;
  readonly issuers: readonly string[];
  readonly scopes: readonly string[];
}

/**
 * The metadata of the server at `url`, from where `challenge` says or else from its well-known places. `undefined` where there is none.
 * INVARIANT: nothing but the server's own origin is asked, whatever the challenge says.
 */
export async function readServerMetadata(
  url: string,
  challenge: Challenge,
  http: CheckedFetch,
): Promise<ServerMetadata | undefined> {
  for (const place of placesOf(new URL(url), challenge)) {
    const answer = await http.send(place, { method: 'GET', headers: { accept: 'application/json' } });
    if (answer.status !== 200) {
      await answer.body?.cancel();
      continue;
    }
    const value = (await answer.json().catch(() => undefined)) as JsonValue | undefined;
    if (!isJsonObject(value)) continue;
    const resource = ownProperty(value, 'resource');
    if (typeof resource !== 'string') continue;
    return {
      resource,
      isOfServer: isOf(resource, url),
      issuers: textsOf(ownProperty(value, 'authorization_servers'))
        .filter((issuer) => URL.canParse(issuer))
        .slice(0, MAX_ISSUERS),
      scopes: textsOf(ownProperty(value, 'scopes_supported')),
    };
  }
  return undefined;
}

/** RFC 9728 §3.1, and MCP: the challenge's place, else with the server's path, else without. */
function placesOf(url: URL, { resourceMetadata }: Challenge): readonly URL[] {
  const named = URL.parse(resourceMetadata ?? '');
  if (named?.origin === url.origin) return [named];
  const root = new URL('/.well-known/oauth-protected-resource', url);
  if (url.pathname === '/') return [root];
  return [new URL(`${root.pathname}${url.pathname.replace(/\/$/, '')}`, url), root];
}

/** Whether `resource` is the server at `url`, or a part of its origin that it stands in. */
function isOf(resource: string, url: string): boolean {
  const [part, whole] = [URL.parse(resource), new URL(url)];
  if (part?.origin !== whole.origin || part.hash !== '') return false;
  const path = part.pathname.replace(/\/$/, '');
  return whole.pathname === path || whole.pathname.startsWith(`${path}/`);
}

function textsOf(value: JsonValue | undefined): readonly string[] {
  return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
}
