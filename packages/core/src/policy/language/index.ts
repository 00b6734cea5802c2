/** Policy text: splitting, parsing, annotations, and what a policy reads. */
export { parseSources } from './parse.ts';
export { type Place, placeOf, type PolicyIssue, type PolicySource, renderIssue, shown } from './places.ts';
export type { Policy } from './policy.ts';
export { contextPath, type PolicyReads } from './reads.ts';
export { didYouMean } from './suggest.ts';
export type { Effect, EntityUid } from './names.ts';
export {
  type ActionScopeTree,
  type AnnotationTree,
  type BinaryOperator,
  type ConditionTree,
  type EntityOrSlot,
  type EntityScope,
  type Expression,
  type Pattern,
  type PolicyTree,
  type Slot,
  type Span,
  WILDCARD,
} from './tree.ts';
export { compareLevels, levelKey, ORGANISATION, type PolicyLevel } from './level.ts';
export {
  type Comment,
  Cursor,
  parseExpressionText,
  parsePolicies,
  type ParsedPolicies,
  tokenize,
  unescapeString,
  Unreadable,
} from './parser/index.ts';
export {
  type ExactObject,
  expressionToJson,
  policyFromJson,
  type PolicyJson,
  policyToJson,
} from './json/index.ts';
export { linkTemplate, type TemplateLink } from './link.ts';
export { childrenOf } from './depth.ts';
export {
  type Formatted,
  formatPolicies,
  printExpression,
  printPolicies,
  printPolicy,
  quote,
} from './printer/index.ts';
