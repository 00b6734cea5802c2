/** The public keys of an issuer, read from its key set (RFC 7517). */
import { createLocalJWKSet, type JWK, type JWTVerifyGetKey } from 'jose';
import { Fault, isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import type { IssuerConfiguration } from '../configuration.ts';
import { type Fetch, fetchJson, isSafeUrl } from './bounded-json.ts';

/** Most keys taken of a set; providers have two to ten. */
const MAX_KEYS = 100;
/** Kinds of keys that have a public half. */
const PUBLIC_KINDS: ReadonlySet<unknown> = new Set(['RSA', 'EC', 'OKP']);

/** Reads the keys of `issuer` where it says they are. Throws `io.failed` and `config.invalid`. */
export async function readKeySet(
  { issuer, keys }: Pick<IssuerConfiguration, 'issuer' | 'keys'>,
  fetch: Fetch,
): Promise<JWTVerifyGetKey> {
  const url = keys.kind === 'jwks' ? keys.url : await discoverKeys(issuer, keys.urls, fetch);
  const fetched = await fetchJson(url, fetch);
  const found = fetched.status === 'found' ? publicKeys(fetched.document['keys']) : [];
  if (found.length > 0) return createLocalJWKSet({ keys: found });
  throw new Fault('io.failed', `no public key stands at \`${url}\``);
}

/** `jwks_uri` of the metadata (RFC 8414 §3, OpenID Connect Discovery §4); the metadata must be about exactly this issuer (RFC 8414 §3.3). */
async function discoverKeys(issuer: string, urls: readonly string[], fetch: Fetch): Promise<string> {
  for (const url of urls) {
    const fetched = await fetchJson(url, fetch);
    if (fetched.status === 'missing') continue;
    const { document } = fetched;
    if (document['issuer'] !== issuer)
      throw new Fault('io.failed', `the metadata at \`${url}\` is about another issuer than \`${issuer}\``);
    const keys = document['jwks_uri'];
    if (typeof keys === 'string' && isSafeUrl(keys)) return keys;
    throw new Fault('io.failed', `the metadata at \`${url}\` names no \`https:\` address of keys`);
  }
  throw new Fault('io.failed', `no metadata stands at \`${urls.join('`, `')}\``);
}

/** Keys that can only verify. A secret that somebody published by mistake verifies nothing. */
function publicKeys(listed: JsonValue | undefined): JWK[] {
  if (!Array.isArray(listed)) return [];
  return listed.slice(0, MAX_KEYS).filter(isPublic);
}

function isPublic(key: JsonValue): key is JsonObject {
  return isJsonObject(key) && PUBLIC_KINDS.has(key['kty']) && !('d' in key) && !('k' in key);
}
