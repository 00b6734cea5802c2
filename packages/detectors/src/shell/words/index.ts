/** Words: from the syntax tree to what a program receives. */
export { computeArithmetic, computeText, computeVariable } from './arithmetic.ts';
export { expandBody, expandPattern, expandText, expandWord } from './expand.ts';
export { keep } from './keep.ts';
export { lineOf, quoteWord } from './quote.ts';
export type { Surroundings } from './surroundings.ts';
