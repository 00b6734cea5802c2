/** A token in headers: borne (RFC 6750 §2.1), or with a proof that its key is held (RFC 9449 §7.1). */
import type { DpopKey } from './dpop.ts';
import type { CredentialHeaders, Target } from './types.ts';

/** `token` for `request`, proven by `dpop` where it is bound to that key. */
export async function present(
  token: string,
  request: Target,
  dpop: DpopKey | undefined,
): Promise<CredentialHeaders> {
  if (dpop === undefined) return { authorization: `Bearer ${token}` };
  return { authorization: `DPoP ${token}`, dpop: await dpop.proof(request, token) };
}

/** The token that {@link present} put into `headers`; empty where there is none. */
export function tokenIn({ authorization = '' }: CredentialHeaders): string {
  return authorization.slice(authorization.indexOf(' ') + 1);
}
