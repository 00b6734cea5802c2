/** A token for the server in exchange for that of the caller (RFC 8693), so that the server knows for whom it acts and never sees the caller's own. */
import { createHash } from 'node:crypto';
import { type Caller, Fault } from '@writ/core';
import type { TokenExchangeAuth } from '../../../config/index.ts';
import type { OwnTokens } from './own-tokens.ts';
import type { Credential, SubjectToken, SubjectTokens } from './types.ts';

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';
/** The gateway itself, where nobody calls. */
const OWN = '';

/**
 * The credential of a server that stands at `resource`. Where nobody calls (tools are listed before anybody does), it is a token of the gateway's own.
 * INVARIANT: a caller whose token is not held gets none: a call is never made under the gateway's own name instead.
 */
export function tokenExchange(
  server: string,
  auth: TokenExchangeAuth,
  resource: string,
  tokens: OwnTokens,
  subjects: SubjectTokens,
): Credential {
  const target = {
    resource: auth.resource ?? resource,
    ...(auth.audience === undefined ? {} : { audience: auth.audience }),
  };
  const subjectOf = (caller: Caller): SubjectToken => {
    const subject = subjects.tokenOf(caller);
    if (subject !== undefined) return subject;
    const problem = `the credential \`${auth.kind}\` of server \`${server}\` failed: the caller has no token that could be exchanged`;
    const hint = 'callers of this server authenticate with an access token';
    throw new Fault('upstream.credential', problem, { server, hint });
  };
  return {
    name: auth.kind,
    async headers(request, caller) {
      if (caller === undefined)
        return tokens.headers(OWN, request, () => ({ grant: 'client_credentials', parameters: target }));
      const subject = subjectOf(caller);
      return tokens.headers(keyOf(subject), request, () => ({
        grant: GRANT,
        parameters: {
          ...target,
          subject_token: subject.token,
          subject_token_type: subject.type ?? ACCESS_TOKEN,
          requested_token_type: ACCESS_TOKEN,
        },
      }));
    },
    async refused(refusal, caller) {
      if (caller === undefined) return tokens.refused(OWN, refusal);
      const subject = subjects.tokenOf(caller);
      return subject === undefined ? undefined : tokens.refused(keyOf(subject), refusal);
    },
    holding(caller) {
      if (caller === undefined) return tokens.holding(OWN, true);
      const subject = subjects.tokenOf(caller);
      return subject === undefined ? undefined : tokens.holding(keyOf(subject), false);
    },
    heard: (nonce) => tokens.heard(nonce),
  };
}

/** A cache outlives requests, and holds no caller's token. */
function keyOf({ token }: SubjectToken): string {
  return createHash('sha256').update(token).digest('base64');
}
