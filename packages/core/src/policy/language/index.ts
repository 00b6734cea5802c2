/** Policy text: splitting, parsing, annotations, and what a policy reads. */
export { type ParsedBefore, parseSources } from './parse.ts';
export { type Place, placeOf, type PolicyIssue, type PolicySource, renderIssue, shown } from './places.ts';
export type { Policy } from './policy.ts';
export { contextPath, type ContextRead, findReads, type PolicyReads } from './reads.ts';
export { didYouMean } from './suggest.ts';
export type { Effect, EntityUid } from './names.ts';
export {
  type ActionScopeTree,
  type BinaryOperator,
  type ConditionTree,
  type EntityOrSlot,
  type EntityScope,
  type Expression,
  type Pattern,
  type PolicyTree,
  type Span,
  WILDCARD,
} from './tree.ts';
export { compareLevels, levelKey, ORGANISATION, type PolicyLevel } from './level.ts';
export { Cursor, parsePolicies, tokenize, unescapeString, Unreadable } from './parser/index.ts';
export { expressionToJson, policyFromJson, policyToJson } from './json/index.ts';
export { linkTemplate, type TemplateLink } from './link.ts';
export { childrenOf } from './depth.ts';
export { type Formatted, formatPolicies, printPolicies, quote } from './printer/index.ts';
