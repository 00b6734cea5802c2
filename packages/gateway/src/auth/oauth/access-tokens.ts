/** Access tokens of all configured issuers, and what was verified of them a moment ago. */
import { hash } from 'node:crypto';
import { decodeJwt, decodeProtectedHeader, type JWSHeaderParameters } from 'jose';
import {
  BoundedMap,
  type Clock,
  isFault,
  isJsonObject,
  type IssuerRecord,
  type JsonObject,
  type JsonValue,
} from '@writ/core';
import type { IssuerConfiguration } from '../configuration.ts';
import type { Identified, Refusal } from '../types.ts';
import type { Fetch } from './bounded-json.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { tokenCaller } from './token-caller.ts';
import { verifyToken } from './verify-token.ts';

/** A token that verified is believed this long without another look at its signature, in milliseconds, and never past its end. */
export const CACHE_MS = 60_000;
/** Tokens kept; the one used least recently leaves first. Each has some 1 KB. */
export const CACHED_TOKENS = 4_096;

/** What {@link AccessTokens} stands on. */
export interface AccessTokensOptions {
  readonly issuers: readonly IssuerConfiguration[];
  readonly clock: Clock;
  readonly fetch: Fetch;
  /** Told what an operator should know, one line. */
  readonly report: (line: string) => void;
  /** Records that keys of an issuer which is out of reach are used; see `IssuerKeys`. */
  readonly outage?: ((record: IssuerRecord) => Promise<void>) | undefined;
  /** Whether a configured issuer, by its URL, is believed now: asked for each token, also for one that verified a moment ago. Absent: each is. */
  readonly trusts?: (issuer: string) => boolean;
}

interface Trusted {
  readonly issuer: IssuerConfiguration;
  readonly keys: IssuerKeys;
}

interface Verified {
  readonly identified: Identified;
  readonly trusted: Trusted;
  readonly generation: number;
  /** Monotonic, nanoseconds. */
  readonly at: bigint;
  /** Milliseconds since 1970. */
  readonly expires: number;
  /** SHA-256 in base64url of the certificate that must come with it (RFC 8705 §3.1). */
  readonly thumbprint?: string;
}

/** The tokens of configured issuers. */
export class AccessTokens {
  readonly #options: AccessTokensOptions;
  readonly #trusted: ReadonlyMap<string, Trusted>;
  /** By SHA-256, so that no token lies in memory longer than its request. */
  readonly #verified = new BoundedMap<string, Verified>(CACHED_TOKENS);

  constructor(options: AccessTokensOptions) {
    this.#options = options;
    this.#trusted = new Map(
      options.issuers.map((issuer) => [
        issuer.issuer,
        { issuer, keys: new IssuerKeys({ ...options, issuer }) },
      ]),
    );
  }

  /** Who holds `token`. `certificate` is the SHA-256, in base64url, of the certificate that the client proved to hold. Never rejects for what a token says. */
  async identify(token: string, certificate: string | undefined): Promise<Identified | Refusal> {
    const key = hash('sha256', token, 'base64');
    const known = this.#verified.get(key);
    const verified = known !== undefined && this.#isCurrent(known) ? known : await this.#verify(token);
    if ('code' in verified) return verified;
    if (verified !== known) this.#verified.set(key, verified);
    if (this.#options.trusts?.(verified.trusted.issuer.issuer) === false)
      return { code: 'auth.issuer', reason: 'the issuer of the token is not trusted any more' };
    if (verified.thumbprint !== undefined && verified.thumbprint !== certificate)
      return { code: 'auth.binding', reason: 'the token is bound to another client certificate' };
    const { caller, scopes } = verified.identified;
    const authentication = { ...caller.authentication, at: this.#options.clock.now() };
    return { caller: { ...caller, authentication }, scopes };
  }

  #isCurrent({ trusted, generation, at, expires }: Verified): boolean {
    const { clock } = this.#options;
    const age = Number((clock.monotonicNs() - at) / 1_000_000n);
    return age < CACHE_MS && clock.now() < expires && generation === trusted.keys.generation;
  }

  async #verify(token: string): Promise<Verified | Refusal> {
    const parts = decode(token);
    if (parts === undefined)
      return { code: 'auth.malformed', reason: 'the bearer token is no token of ours' };
    const trusted = typeof parts.issuer === 'string' ? this.#trusted.get(parts.issuer) : undefined;
    if (trusted === undefined)
      return { code: 'auth.issuer', reason: 'the issuer of the token is not trusted' };
    const { clock } = this.#options;
    const now = clock.now();
    // INVARIANT: read before the keys are: what older keys verified while newer ones came is verified anew.
    const { generation } = trusted.keys;
    try {
      const outcome = await verifyToken(token, parts.header, { ...trusted, now });
      if ('code' in outcome) return outcome;
      const binding = bindingOf(outcome.claims);
      if (binding === undefined)
        return { code: 'auth.binding', reason: 'the token is bound to a key in a way that is not supported' };
      const identified = tokenCaller(outcome.claims, trusted.issuer, {
        isBound: binding.thumbprint !== undefined,
        at: now,
      });
      if ('code' in identified) return identified;
      return {
        identified,
        trusted,
        generation,
        at: clock.monotonicNs(),
        expires: Number(outcome.claims['exp']) * 1_000,
        ...binding,
      };
    } catch (thrown) {
      if (!isFault(thrown, 'io.failed')) throw thrown;
      const reason = `the keys of issuer \`${trusted.issuer.name}\` are out of reach; try again later`;
      return { code: 'auth.unavailable', reason };
    }
  }
}

/** Not verified: read only to find the issuer and to refuse. */
function decode(
  token: string,
): { readonly header: JWSHeaderParameters; readonly issuer: unknown } | undefined {
  if (token.split('.').length !== 3) return undefined;
  try {
    return { header: decodeProtectedHeader(token), issuer: decodeJwt(token).iss };
  } catch {
    return undefined;
  }
}

/**
 * The certificate of `cnf` (RFC 7800, RFC 8705 §3.1), `{}` for a token that is bound to nothing. `undefined` for a binding that cannot be checked, which is not
 * ignored: DPoP (RFC 9449) is not supported.
 */
function bindingOf(claims: JsonObject): { readonly thumbprint?: string } | undefined {
  const { cnf } = claims as { readonly cnf?: JsonValue };
  if (cnf === undefined) return {};
  if (!isJsonObject(cnf) || Object.keys(cnf).join() !== 'x5t#S256') return undefined;
  const thumbprint = cnf['x5t#S256'];
  return typeof thumbprint === 'string' ? { thumbprint } : undefined;
}
