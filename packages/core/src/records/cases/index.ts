/** Cases: requests of people and breaches, with deadlines, evidence, and what they do to the purposes of a person. */
export { type AlertStep, alertStep, type CaseAlert, caseAlerts } from './alerts.ts';
export { type CaseChange, changeCase, KNOWN_STEPS, owedOf } from './change-case.ts';
export {
  AUTHORITY_MS,
  type BreachClock,
  breachClocks,
  type CaseTerms,
  DEFAULT_TERMS,
  HEALTH_NOTICE_MS,
  MAX_ANSWER_MS,
  MAX_EXTENSION_MS,
} from './deadlines.ts';
export {
  type CaseDraft,
  casesOf,
  type CaseState,
  type CaseWords,
  draftChange,
  forgetInCases,
  type NewCase,
  openCase,
} from './draft-case.ts';
export { CASE_COLUMNS, caseJson, casesCsv, maskName, type SubjectShown } from './print-cases.ts';
export { isRestricted } from './restriction.ts';
export { erasureEvidence, settleErased } from './settle-erased.ts';
export {
  CASE_OUTCOMES,
  CASE_STATUSES,
  type CaseEvidence,
  type CaseOutcome,
  type CaseRecipient,
  type CaseStatus,
  findCase,
  isOverdue,
  isPending,
  listCases,
  type StandingCase,
  STEP_CODE,
  type SubjectCase,
} from './subject-case.ts';
