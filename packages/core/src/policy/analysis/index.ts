/** Comparing policy sets: their policies, their answers to recorded questions, and a search for a request on which they differ. */
export {
  type ChangeGroup,
  createChangeCounter,
  type DecisionChange,
} from './decision-changes.ts';
export { type Answer, type AnswerField, differingFields } from './outcome-difference.ts';
export { readRecordedDecisions, type RecordedDecision } from './recorded-decisions.ts';
export {
  recordPart,
  recordQuestion,
} from './recorded-question.ts';
export { replay, type ReplayOptions, type ReplayReport } from './replay.ts';
export {
  type ComparedSet,
  DEFAULT_REQUESTS,
  differenceOn,
  type FoundDifference,
  searchChanges,
  type SearchedChanges,
  openComparedSet,
  searchDifference,
  type SearchOptions,
  type SearchResult,
} from './search/index.ts';
export { compareSettings, type SettingChange, type Settings } from './setting-changes.ts';
export { compareSets, type NamedPolicy, type SetChanges } from './set-changes.ts';
