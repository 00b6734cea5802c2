/** What clients are told about the gateway as a protected resource (RFC 9728). */
import type { CheckedAuth } from './configuration.ts';

/** Put between host and path of the resource (RFC 9728 §3.1). */
const WELL_KNOWN = '/.well-known/oauth-protected-resource';

/** The document of RFC 9728 §2, with the members that apply. */
export interface ResourceMetadata {
  readonly resource: string;
  readonly authorization_servers: readonly string[];
  readonly scopes_supported?: readonly string[];
  /** Tokens are read from the header alone. */
  readonly bearer_methods_supported: readonly ['header'];
}

/** Where the document is, and what it says. */
export interface PublishedMetadata {
  readonly url: string;
  /** Path at which the gateway serves it, without authentication. */
  readonly path: string;
  readonly document: ResourceMetadata;
}

/** The metadata of `auth`; `undefined` where no authorization server is configured, because then there is nothing to say. */
export function resourceMetadata(auth: CheckedAuth): PublishedMetadata | undefined {
  const { resource, issuers, scopes } = auth;
  if (resource === undefined || issuers.length === 0) return undefined;
  const { origin, pathname, search } = new URL(resource);
  const path = `${WELL_KNOWN}${pathname === '/' ? '' : pathname}`;
  const supported = [...new Set([...scopes.all, ...Object.values(scopes.byMethod).flat()])];
  return {
    url: `${origin}${path}${search}`,
    path,
    document: {
      resource,
      authorization_servers: issuers.map(({ issuer }) => issuer),
      ...(supported.length === 0 ? {} : { scopes_supported: supported }),
      bearer_methods_supported: ['header'],
    },
  };
}
