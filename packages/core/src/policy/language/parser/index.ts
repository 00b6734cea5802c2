/** Reading Cedar text. */
export { Cursor, Unreadable } from './cursor.ts';
export { unescapeString } from './escapes.ts';
export { EXTENSION_METHODS, FUNCTIONS, METHODS, RESERVED } from './functions.ts';
export { type Comment, tokenize } from './lexer.ts';
export { parseExpressionText, parsePolicies } from './parse-policies.ts';
