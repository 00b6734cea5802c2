/** One access token against one issuer: signature, type, audience, times (RFC 7519, RFC 8725, RFC 9068 §4). */
import { errors, type JWSHeaderParameters, jwtVerify } from 'jose';
import { copyJson, isFault, type JsonObject } from '@writ/core';
import type { IssuerConfiguration } from '../configuration.ts';
import type { Refusal } from '../types.ts';
import type { IssuerKeys } from './issuer-keys.ts';

/** How far clocks of issuer and gateway may differ, in seconds. */
export const TOLERANCE_S = 30;
/** Header parameters that bring or name a key of the token's own: whose key it is, a token does not say (RFC 8725 §3.10). */
const OWN_KEYS = ['jku', 'jwk', 'x5u', 'x5c'] as const;

/** The claims of `token`, verified, or why it does not count. Rejects with `io.failed` where the issuer's keys are out of reach. */
export async function verifyToken(
  token: string,
  header: JWSHeaderParameters,
  options: { readonly issuer: IssuerConfiguration; readonly keys: IssuerKeys; readonly now: number },
): Promise<{ readonly claims: JsonObject } | Refusal> {
  const { issuer, keys, now } = options;
  const problem = headerProblem(header, issuer);
  if (problem !== undefined) return { code: 'auth.signature', reason: problem };
  try {
    const { payload } = await jwtVerify(
      token,
      (protectedHeader, input) => keys.find(protectedHeader, input),
      {
        algorithms: [...issuer.algorithms],
        issuer: issuer.issuer,
        audience: [...issuer.audiences],
        clockTolerance: TOLERANCE_S,
        currentDate: new Date(now),
        requiredClaims: ['exp'],
      },
    );
    if (typeof payload.iat === 'number' && payload.iat > now / 1000 + TOLERANCE_S)
      return { code: 'auth.not-yet', reason: 'the token was issued in the future' };
    return { claims: copyJson(payload as JsonObject) };
  } catch (thrown) {
    if (isFault(thrown, 'io.failed')) throw thrown;
    return refusalOf(thrown);
  }
}

function headerProblem(
  header: JWSHeaderParameters,
  { algorithms, types }: IssuerConfiguration,
): string | undefined {
  if (!algorithms.some((algorithm) => algorithm === header.alg))
    return 'the algorithm of the token is not accepted';
  if (OWN_KEYS.some((name) => name in header)) return 'the token brings a key of its own';
  const type = typeof header.typ === 'string' ? header.typ.toLowerCase().replace(/^application\//, '') : '';
  return types.includes(type) ? undefined : 'the type of the token is not that of an access token';
}

function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof errors.JWTExpired) return { code: 'auth.expired', reason: 'the token has expired' };
  if (thrown instanceof errors.JWTClaimValidationFailed) return claimRefusal(thrown.claim);
  if (thrown instanceof errors.JWKSNoMatchingKey || thrown instanceof errors.JWKSMultipleMatchingKeys)
    return { code: 'auth.signature', reason: 'no one key of the issuer fits the token' };
  return { code: 'auth.signature', reason: 'the signature of the token does not verify' };
}

function claimRefusal(claim: string): Refusal {
  if (claim === 'aud') return { code: 'auth.audience', reason: 'the token is meant for another resource' };
  if (claim === 'iss') return { code: 'auth.issuer', reason: 'the token is of another issuer' };
  if (claim === 'nbf') return { code: 'auth.not-yet', reason: 'the token is not valid yet' };
  if (claim === 'exp') return { code: 'auth.expired', reason: 'the token says no instant at which it ends' };
  return { code: 'auth.claims', reason: 'a claim of the token is malformed' };
}
