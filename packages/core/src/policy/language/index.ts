/** Policy text: splitting, parsing, annotations, and what a policy reads. */
export { parseSources } from './parse.ts';
export { type Place, placeOf, type PolicyIssue, type PolicySource, renderIssue, shown } from './places.ts';
export type { Policy } from './policy.ts';
export type { PolicyReads } from './reads.ts';
export { didYouMean } from './suggest.ts';
export { compareLevels, levelKey, ORGANISATION, type PolicyLevel } from './level.ts';
