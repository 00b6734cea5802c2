/** Refusals as HTTP says them (RFC 6750 §3, RFC 9728 §5.1). */
import type { Challenge, Refusal, RefusalCode } from './types.ts';

/** What the gateway tells everybody whom it does not know. */
export interface ChallengeContext {
  /** Where the metadata of the protected resource is; absent where no authorization server is configured. */
  readonly metadataUrl?: string;
  /** Scopes that would do. */
  readonly scopes: readonly string[];
  /** Whether a bearer token of any kind could help. */
  readonly takesBearer: boolean;
}

interface Meaning {
  readonly status: number;
  /** RFC 6750 §3.1; none where no credential came. */
  readonly error?: 'invalid_request' | 'invalid_token' | 'insufficient_scope';
}

/** Seconds after which an issuer that did not answer may be asked again. */
const RETRY_AFTER = '5';
/** What may stand in a quoted string of a challenge (RFC 6750 §3). */
const UNQUOTABLE = /[^\x20\x21\x23-\x5b\x5d-\x7e]/g;

/** The answer to a request that is refused for `refusal`. */
export function challengeFor(refusal: Refusal, context: ChallengeContext): Challenge {
  const { status, error } = meaningOf(refusal.code);
  const base = { message: refusal.reason, code: refusal.code };
  // Presenting another credential helps nobody while the keys are out of reach.
  if (status === 503) return { ...base, status, headers: { 'retry-after': RETRY_AFTER } };
  // HTTP knows no challenge that asks for a certificate, and a 401 needs one.
  if (!context.takesBearer) return { ...base, status: 403, headers: {} };
  const parameters = [
    ['realm', 'writ'],
    ...(error === undefined
      ? []
      : [
          ['error', error],
          ['error_description', refusal.reason],
        ]),
    ...(context.scopes.length === 0 ? [] : [['scope', context.scopes.join(' ')]]),
    ...(context.metadataUrl === undefined ? [] : [['resource_metadata', context.metadataUrl]]),
  ];
  const words = parameters.map(([name, value = '']) => `${name}="${value.replaceAll(UNQUOTABLE, "'")}"`);
  return { ...base, status, headers: { 'www-authenticate': `Bearer ${words.join(', ')}` } };
}

function meaningOf(code: RefusalCode): Meaning {
  switch (code) {
    case 'auth.missing':
      return { status: 401 };
    case 'auth.malformed':
    case 'auth.in-url':
    case 'auth.too-large':
      return { status: 400, error: 'invalid_request' };
    case 'auth.scope':
      return { status: 403, error: 'insufficient_scope' };
    case 'auth.unavailable':
      return { status: 503 };
    case 'auth.issuer':
    case 'auth.audience':
    case 'auth.expired':
    case 'auth.not-yet':
    case 'auth.signature':
    case 'auth.claims':
    case 'auth.delegation':
    case 'auth.binding':
    case 'auth.unknown':
    case 'auth.revoked':
      return { status: 401, error: 'invalid_token' };
    default:
      return code satisfies never;
  }
}
