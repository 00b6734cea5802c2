/** Cedar schema text. */
export { parseSchemaText } from './parse-schema.ts';
export { printSchemaText } from './print-schema.ts';
