/** L2: what personal data may be used for, and what of it may go where. Pure. */
export {
  type AllowedFields,
  LEGAL_BASES,
  type LegalBasis,
  type Notice,
  type Purpose,
  PURPOSE_ID,
  type RegisterContents,
} from './purpose.ts';
export { type ConsentChange, consentDraft, noticeDraft, type PrivacyDraft, registerDraft } from './drafts.ts';
export { minimise } from './fields.ts';
export { minimisationTarget, protocolFields } from './minimisation-target.ts';
export { createRegister, noticeText, type PurposeRegister } from './register.ts';
export { registerProblem, type RegisterProblem } from './register-problem.ts';
export { consentKey, noticeKey, restrictionKeys } from './record-keys.ts';
export { spellingsOf, subjectOf } from './subject.ts';
export {
  purposeStanding,
  type PurposeStanding,
  purposeStandingFor,
  type ReliedRecord,
} from './standing.ts';
