/** Who uses the proxy: an API token of this node in `Proxy-Authorization`, or, where the operator lets it, the node's own agent. */
import type { IncomingMessage } from 'node:http';
import type { Caller, Clock } from '@writ/core';
import { createAuthenticator, isChallenge } from '../auth/index.ts';

/** Who sends a request, or why it is not let in. */
export type Admitted =
  | { readonly is: 'admitted'; readonly caller?: Caller }
  | { readonly is: 'refused'; readonly code: string; readonly message: string };

/** What admission stands on. */
export interface ClientAuthOptions {
  /** Whether nobody is let in without a token. */
  readonly needsToken: boolean;
  /** Data folder, absolute. */
  readonly data: string;
  readonly clock: Clock;
  readonly report: (line: string) => void;
}

/** Longest header that is read, in characters. */
const MAX_CREDENTIAL = 1_024;
const CREDENTIAL = /^(basic|bearer) +([A-Za-z0-9\-._~+/]+=*)$/i;

/**
 * Tells who sends a request. A token that came and does not count is refused, whatever else would be let in: nobody becomes the node's own agent by a
 * mistake in a token.
 */
export function createClientAuth({
  needsToken,
  ...ports
}: ClientAuthOptions): (request: IncomingMessage) => Promise<Admitted> {
  const scopes = { all: [], byMethod: {} };
  const checks = createAuthenticator(
    { kind: 'checked', issuers: [], certificates: [], hasTokens: true, scopes },
    ports,
  );
  return async ({ headersDistinct, method = '' }) => {
    const [header, second] = headersDistinct['proxy-authorization'] ?? [];
    if (header === undefined) {
      if (!needsToken) return { is: 'admitted' };
      return {
        is: 'refused',
        code: 'auth.missing',
        message: 'who uses this proxy is not known: no token came',
      };
    }
    const token = second === undefined ? tokenIn(header) : undefined;
    if (token === undefined)
      return {
        is: 'refused',
        code: 'auth.malformed',
        message: 'the `Proxy-Authorization` header cannot be read',
      };
    const answer = await checks.authenticate({
      method,
      url: '/',
      headers: { authorization: [`Bearer ${token}`] },
    });
    if (isChallenge(answer)) return { is: 'refused', code: answer.code, message: answer.message };
    return answer.caller === undefined
      ? { is: 'refused', code: 'auth.unknown', message: 'the token says not who uses this proxy' }
      : { is: 'admitted', caller: answer.caller };
  };
}

/** The token: alone (`Bearer`), or as the password of any user, as clients send what stands in the proxy's URL (RFC 7617). */
function tokenIn(header: string): string | undefined {
  if (header.length > MAX_CREDENTIAL) return undefined;
  const [, scheme = '', value = ''] = CREDENTIAL.exec(header) ?? [];
  if (value === '') return undefined;
  if (scheme.toLowerCase() === 'bearer') return value;
  const [, password] = /^[^:]*:(.+)$/.exec(Buffer.from(value, 'base64').toString('utf8')) ?? [];
  return password;
}
