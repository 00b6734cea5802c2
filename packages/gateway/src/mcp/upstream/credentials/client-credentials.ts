/** A token of the gateway's own, for all who call (RFC 6749 §4.4). */
import type { Clock } from '@writ/core';
import type { ClientCredentialsAuth } from '../../../config/index.ts';
import { TokenCache } from './token-cache.ts';
import type { TokenEndpoint } from './token-endpoint.ts';
import type { Credential } from './types.ts';

const ONLY = '';

/** The credential of a server that stands at `resource`. */
export function clientCredentials(
  auth: ClientCredentialsAuth,
  resource: string,
  endpoint: TokenEndpoint,
  clock: Pick<Clock, 'now'>,
): Credential {
  const cache = new TokenCache(clock);
  const parameters = { resource: auth.resource ?? resource };
  return {
    name: auth.kind,
    async headers() {
      const token = await cache.get(ONLY, () => endpoint.fetch({ grant: 'client_credentials', parameters }));
      return { authorization: `Bearer ${token}` };
    },
    rejected: () => cache.forget(ONLY),
  };
}
