/** What was done, as the record has it. */
export { actionsBetween, isResult, readAction, type RecordedAction } from './recorded-action.ts';
