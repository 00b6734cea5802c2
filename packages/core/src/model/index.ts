/** L1: the nouns, their parsers and the ports between layers. */
export { isPermitting, type Mode, MODES, strongestVerdict, type Verdict, VERDICTS } from './verdict.ts';
export {
  type AgentIdentity,
  type Assurance,
  type Authentication,
  AUTHENTICATION_METHODS,
  type AuthenticationMethod,
  type Caller,
  type Person,
  type Subject,
} from './subject.ts';
export {
  type ActionRequest,
  type Face,
  FACES,
  type Initiator,
  INITIATORS,
  type Part,
  type Phase,
  PHASES,
  REQUEST_VERSION,
  type Resource,
  RESOURCE_TYPES,
  type ResourceType,
  type SessionRef,
  type TraceContext,
} from './request.ts';
export {
  type Bundle,
  BUNDLE_PAYLOAD_TYPE,
  BUNDLE_TYPE,
  type BundleApprover,
  type BundleFile,
  bundleSchema,
  MAX_BUNDLE_BYTES,
  MAX_ENVELOPE_BYTES,
  MAX_SIGNERS,
  OFFLINE_MODES,
  type OfflineMode,
} from './bundle.ts';
export { type Confinement, CONFINEMENTS, strictestConfinement } from './confinement.ts';
export type { ResourceLimits } from './resource-limits.ts';
export {
  BESIDE_KEY_BYTES,
  type BesideKey,
  besideKeyBytes,
  besideKeyFrom,
  deriveBesideKey,
} from './beside-key.ts';
export { actionDigest, type DigestedRequest } from './digest.ts';
export {
  type Detector,
  type DetectorInput,
  type Finding,
  SEVERITIES,
  type Severity,
  type Span,
} from './finding.ts';
export type {
  Check,
  Decision,
  DecisionSource,
  HeldForbid,
  Obligation,
  PartDecision,
  PolicyError,
  PolicyRef,
  UsedApproval,
} from './decision.ts';
export type { PolicyContext, PolicyDecisionPoint, PolicyOutcome, PolicyQuery } from './policy-port.ts';
export {
  type AnswerRecord,
  type BodyRef,
  type Commitment,
  type CutList,
  type DecisionRecord,
  type DowntimeRecord,
  type HeartbeatRecord,
  type KeyRecord,
  type MirrorRecord,
  type IssuerRecord,
  type TokenRecord,
  type ShadowRecord,
  type Entry,
  ENTRY_KINDS,
  ENTRY_VERSION,
  type EntryDetail,
  type EntryKind,
  type KillRecord,
  type Outcome,
  OUTCOME_STEPS,
  type OutcomeStep,
  DECISION_STEPS,
  type DecisionStep,
  OUTCOMES,
  type PinRecord,
  type PolicyRecord,
  type Producer,
  type RefusalsRecord,
  type StartRecord,
} from './entry.ts';
export {
  CASE_TYPES,
  ERASURE_CAUSES,
  LEGAL_HOLD_SCOPES,
  MAX_RANGES,
  type BodyKeyRecord,
  type CaseRecord,
  type CaseType,
  type ConsentRecord,
  type ErasureCause,
  type ErasureRecord,
  type ExportRecord,
  type IndexRange,
  type LegalHoldRecord,
  type LegalHoldScope,
  type NoticeRecord,
  type PrivacyDetail,
  type RegisterRecord,
  type RetentionRecord,
} from './privacy-records.ts';
export {
  type EraseEffect,
  type ErasedBody,
  keeps,
  type KeptBody,
  type LegalHold,
  MAX_RECORD_KEY,
  ADMINISTERED,
  RECORD_COLLECTIONS,
  type RecordCollection,
  type RecordEffect,
  type StateRecord,
} from './record-port.ts';
export { ANSWER_REFUSALS } from './log-port.ts';
export type {
  AnswerRefusal,
  AppendConditions,
  AppendRefusal,
  AppendResult,
  EntryDraft,
  Hold,
  HoldAnswer,
  LogReader,
  LogWriter,
  Pin,
  PinStanding,
  StateEffect,
  StateReader,
} from './log-port.ts';
export { KILL_ALL, KILL_REASONS, KILL_SCOPES, type KillReason, type KillScope } from './kill-scope.ts';
export { addressConcern, phoneConcern } from './concern.ts';
export { definitionHash, SERVER_NAME, type ToolDefinition, toolId } from './tool.ts';
export { toolHints, type ToolHints, WORST_HINTS } from './tool-hints.ts';
export { isPurposeStatus, PURPOSE_STATUSES, type PurposeStatus } from './purpose-status.ts';
export { APPROVAL_STATEMENT, APPROVAL_WITHDRAWN, type ApprovalStatement, type Approver } from './approval.ts';
export { ALWAYS_DISCLOSABLE, type DisclosableField, LOOK_DISCLOSABLE } from './disclosable.ts';
export { KNOWN_METHODS, RECORDED_METHODS } from './known-methods.ts';
export { parseDecision } from './parse-decision.ts';
export { idSchema, MAX_ID_LENGTH, parseNoun, sha256HexSchema } from './parse.ts';
export {
  MAX_CAUSES,
  MAX_CHAIN,
  MAX_PARTS,
  parseActionRequest,
  partSchema,
  subjectSchema,
} from './parse-request.ts';
export {
  BODY_CLASSIFICATION,
  ENTRY_CLASSIFICATION,
  ENVELOPE_CLASSIFICATION,
} from './classification.ts';
export {
  ALWAYS_SUPPLIED,
  EVERY_LIMIT_FACT,
  LIMIT_KINDS,
  LIMIT_MEASURES,
  type LimitDeclaration,
  type LimitFact,
  type LimitKey,
  type LimitKind,
  type LimitMeasure,
  type LimitStanding,
  MAX_LIMITS,
  MICROS,
  missingFacts,
  missingReason,
} from './limits.ts';
export { parseLimits } from './parse-limits.ts';
export { printLimit } from './print-limits.ts';
export type { LeaseRequest, LimitLease, LimitLeases } from './limit-leases.ts';
export {
  accountOf,
  endOf,
  giveBack,
  type LimitAccount,
  type LimitReservation,
  type LimitUsage,
  type LimitUse,
  MAX_LIMIT_KEYS,
  MAX_RESERVATIONS,
  remainingOf,
  resetOf,
  take,
  usedOf,
} from './limit-account.ts';
export {
  ACTOR_KINDS,
  type ActorKind,
  type AdministrationRecord,
  SIGN_IN_METHODS,
  type SignInMethod,
  type SignInRecord,
} from './administration.ts';
