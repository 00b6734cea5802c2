/** A token of the gateway's own, for all who call (RFC 6749 §4.4). */
import type { ClientCredentialsAuth } from '../../../config/index.ts';
import type { OwnTokens } from './own-tokens.ts';
import type { Credential } from './types.ts';

const ONLY = '';

/** The credential of a server that stands at `resource`. */
export function clientCredentials(
  auth: ClientCredentialsAuth,
  resource: string,
  tokens: OwnTokens,
): Credential {
  const asked = { grant: 'client_credentials', parameters: { resource: auth.resource ?? resource } };
  return {
    name: auth.kind,
    headers: (request) => tokens.headers(ONLY, request, () => asked),
    refused: (refusal) => tokens.refused(ONLY, refusal),
    holding: () => tokens.holding(ONLY, true),
    heard: (nonce) => tokens.heard(nonce),
  };
}
