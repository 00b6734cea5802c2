/** The search for a request on which two sets differ. */
export {
  DEFAULT_REQUESTS,
  differenceOn,
  type FoundDifference,
  searchChanges,
  type SearchedChanges,
  searchDifference,
  type SearchOptions,
  type SearchResult,
} from './search.ts';
export { type ComparedSet, openComparedSet } from './set.ts';
