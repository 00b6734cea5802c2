/** Conditions of other policy languages: their tree, the parser of expressions, and their Cedar. */
export { COMPARISONS, type Comparison, type Condition, type Constant } from './condition.ts';
export { parseExpression } from './expression.ts';
export {
  type About,
  type Meaning,
  translate,
  type Translation,
  Untranslatable,
  type Use,
} from './translate.ts';
