/** A token for the server in exchange for that of the caller (RFC 8693), so that the server knows for whom it acts and never sees the caller's own. */
import { createHash } from 'node:crypto';
import { type Caller, type Clock, Fault } from '@writ/core';
import type { TokenExchangeAuth } from '../../../config/index.ts';
import { TokenCache } from './token-cache.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
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
  endpoint: TokenEndpoint,
  tokens: SubjectTokens,
  clock: Pick<Clock, 'now'>,
): Credential {
  const cache = new TokenCache(clock);
  const target = {
    resource: auth.resource ?? resource,
    ...(auth.audience === undefined ? {} : { audience: auth.audience }),
  };
  const own = (): Promise<string> =>
    cache.get(OWN, () => endpoint.fetch({ grant: 'client_credentials', parameters: target }));
  const exchanged = (caller: Caller): Promise<string> => {
    const subject = tokens.tokenOf(caller);
    if (subject === undefined) {
      const problem = `the credential \`${auth.kind}\` of server \`${server}\` failed: the caller has no token that could be exchanged`;
      const hint = 'callers of this server authenticate with an access token';
      throw new Fault('upstream.credential', problem, { server, hint });
    }
    const parameters = {
      ...target,
      subject_token: subject.token,
      subject_token_type: subject.type ?? ACCESS_TOKEN,
      requested_token_type: ACCESS_TOKEN,
    };
    return cache.get(keyOf(subject), () => endpoint.fetch({ grant: GRANT, parameters }));
  };
  return {
    name: auth.kind,
    async headers(caller) {
      const token = await (caller === undefined ? own() : exchanged(caller));
      return { authorization: `Bearer ${token}` };
    },
    rejected(caller) {
      if (caller === undefined) return cache.forget(OWN);
      const subject = tokens.tokenOf(caller);
      return subject !== undefined && cache.forget(keyOf(subject));
    },
  };
}

/** A cache outlives requests, and holds no caller's token. */
function keyOf({ token }: SubjectToken): string {
  return createHash('sha256').update(token).digest('base64');
}
