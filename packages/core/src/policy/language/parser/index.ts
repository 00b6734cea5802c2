/** Reading Cedar text. */
export { Cursor, Unreadable } from './cursor.ts';
export { unescapeString } from './escapes.ts';
export { EXTENSION_METHODS, FUNCTIONS, METHODS, RESERVED } from './functions.ts';
export { type Comment, type Token, tokenize } from './lexer.ts';
export { type ParsedPolicies, parseExpressionText, parsePolicies } from './parse-policies.ts';
