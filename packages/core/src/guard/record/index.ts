/** Steps 7 and 11 of the line: decisions and outcomes as entries. */
export { approvalKey, decisionDraft, RETENTION_CLASS } from './decision-draft.ts';
export { decisionRecord } from './decision-record.ts';
export { type OutcomeFacts, outcomeDraft } from './outcome-draft.ts';
