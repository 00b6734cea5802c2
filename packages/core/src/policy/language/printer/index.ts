/** Printing and formatting policies. */
export { type Formatted, formatPolicies } from './format.ts';
export { printPolicies } from './print-policy.ts';
export { quote } from './quote.ts';
