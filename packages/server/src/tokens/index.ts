/** API tokens of people. */
export { API_TOKENS, createSecret, presented, tokenAuthenticator, tokenText } from './api-token.ts';
export { requireRoom, TOKEN_ROUTES } from './routes.ts';
