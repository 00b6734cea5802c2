/** Steps 7 and 11 of the line: decisions and outcomes as entries. */
export { approvalKey, decisionDraft } from './decision-draft.ts';
export {
  type DigestedBeside,
  findHold,
  type HeldAction,
  type HeldReads,
  readHeldAction,
  type ShownAction,
  shownDigest,
} from './held-action.ts';
export { outcomeDraft, type OutcomeFacts } from './outcome-draft.ts';
