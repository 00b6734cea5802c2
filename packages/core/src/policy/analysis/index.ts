/** Comparing policy sets: on recorded questions, and by searching for a request on which they differ. */
export { type Answer, ANSWER_FIELDS, type AnswerField, differingFields } from './outcome-difference.ts';
export {
  type Question,
  readQuestion,
  type RecordedBase,
  readRecordedPart,
  recordPart,
  recordQuestion,
} from './recorded-question.ts';
