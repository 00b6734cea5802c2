/** Cedar schema text. */
export { parseSchemaText, type ParsedSchema } from './parse-schema.ts';
export { printSchemaText } from './print-schema.ts';
