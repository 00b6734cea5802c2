/** Policy text: splitting, parsing, annotations, and what a policy reads. */
export type { Annotations } from './annotations.ts';
export { type ParsedSources, parseSources } from './parse.ts';
export { type Place, placeOf, type PolicyIssue, type PolicySource, renderIssue, shown } from './places.ts';
export type { Policy } from './policy.ts';
export { type ContextRead, findReads, type PolicyReads } from './reads.ts';
export { splitPolicies } from './split.ts';
export { didYouMean } from './suggest.ts';
