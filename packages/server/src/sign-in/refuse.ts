/** A refused sign-in: recorded, and answered alike whatever the reason. */
import type { JsonObject, SignInMethod } from '@writ/core';
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';

const ANSWERS: Readonly<Record<SignInMethod, string>> = {
  emergency:
    'no code is good here: unknown, used or expired; or this server sees no outage, and one code is not enough',
  link: 'the link is not good: unknown, used or expired; ask for a new one',
  oidc: 'the identity provider’s answer is not good here; begin the sign-in again',
  passkey: 'the passkey is not good here; begin the sign-in again',
  token: 'the API token is not good here: unknown, expired or revoked',
};

/** Records why, as a code, and answers what to throw. `details` are sealed. */
export async function refused(
  { refusals }: Plane,
  method: SignInMethod,
  code: string,
  details?: JsonObject,
): Promise<Problem> {
  const isRecorded = await refusals.record(method, code, details);
  if (!isRecorded)
    return new Problem('request.too-many', 'too many sign-ins were refused; try again in a minute');
  return new Problem('request.unauthenticated', ANSWERS[method]);
}
