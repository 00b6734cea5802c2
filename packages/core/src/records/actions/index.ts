/** What was done, as the record has it. */
export {
  actionsBetween,
  firstFrom,
  isResult,
  readAction,
  type RecordedAction,
  type RecordedResult,
} from './recorded-action.ts';
