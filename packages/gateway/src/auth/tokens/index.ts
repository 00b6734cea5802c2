/** API tokens of a node. */
export { apiTokenCaller } from './token-caller.ts';
export { TokenFolder } from './token-folder.ts';
export { createTokenText, isTokenText, TOKEN_PREFIX, tokenHash, tokenId } from './token-text.ts';
export type { StoredToken } from './stored-token.ts';
