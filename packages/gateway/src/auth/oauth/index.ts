/** Access tokens of OAuth 2.1 issuers. */
export { AccessTokens } from './access-tokens.ts';
export { type Fetch, isSafeUrl } from './bounded-json.ts';
