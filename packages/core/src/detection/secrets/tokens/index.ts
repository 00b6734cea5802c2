/** Tokens that are known by their form. */
export { findIssuedTokens } from './issued-tokens.ts';
export { findMarkedTokens, findPrivateKeys } from './marked-tokens.ts';
