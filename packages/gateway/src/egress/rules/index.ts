/** Ordered allow and deny lists, as an import form. */
export { parseRules } from './parse-rules.ts';
export { noteRules, printRules } from './print-rules.ts';
export type { Rule } from './rule.ts';
