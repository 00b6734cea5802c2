/** Printing and formatting policies. */
export { type Formatted, formatPolicies } from './format.ts';
export { printExpression } from './print-expression.ts';
export { printPolicies, printPolicy } from './print-policy.ts';
export { quote } from './quote.ts';
