/** API tokens of people. */
export { API_TOKENS, createSecret, tokenAuthenticator, tokenText } from './api-token.ts';
export { requireRoom, TOKEN_ROUTES } from './routes.ts';
