/** Access tokens of OAuth 2.1 issuers. */
import type { AccessTokens, AccessTokensOptions } from './access-tokens.ts';

export type { AccessTokens } from './access-tokens.ts';
export { type Fetch, isSafeUrl } from './bounded-json.ts';

/** The access tokens of issuers. Loaded by who is shown the first: most processes are shown none. */
export async function openAccessTokens(options: AccessTokensOptions): Promise<AccessTokens> {
  const { AccessTokens } = await import('./access-tokens.ts');
  return new AccessTokens(options);
}
