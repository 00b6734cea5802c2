/** JSON lines. */
export { JSON_LINES_TYPE, toJsonLine } from './to-json-line.ts';
