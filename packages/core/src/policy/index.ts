/** L2, the policy decision point: policies in, decisions out. */
export { type Judgement, judge, type Ruling, type TakingPart } from './algebra.ts';
export { type Authorizer, type AuthorizerQuestion, createAuthorizer } from './authorizer.ts';
export { checkPolicySet } from './check-set.ts';
export type { CheckedPolicySet, CheckOptions, SchemaReport } from './check-sources.ts';
export {
  type CaseReport,
  type CaseResult,
  type ParsedCases,
  parseCases,
  type PolicyCase,
  type PolicyCoverage,
  runCases,
  type CaseLimits,
  type JudgeCaseLimits,
  type LimitedOutcome,
} from './cases/index.ts';
export type { CedarEntity } from './decision/index.ts';
export {
  type EntityUid,
  formatPolicies,
  type Formatted,
  type Place,
  type PolicyIssue,
  type PolicyLevel,
  type PolicySource,
  renderIssue,
  type TemplateLink,
} from './language/index.ts';
export {
  type DecisionExplanation,
  type ExplainedPolicy,
  type Explainer,
  type FactRead,
  openExplainer,
  type PolicyCondition,
  policyConditions,
} from './explain/index.ts';
export { type LoadedPolicySet, loadPolicySet, type PolicySetOptions, type PolicySummary } from './load.ts';
export { LINT_RULES, type LintFinding, lintPolicies, type LintRule } from './lint/index.ts';
export { parseTools } from './parse-tools.ts';
export { type GeneratedStart, generateStart } from './generate/index.ts';
export { type Oddity, printToolSchema } from './schema/index.ts';
export {
  type Answer,
  type AnswerField,
  type ChangeGroup,
  type ComparedSet,
  compareSets,
  compareSettings,
  createChangeCounter,
  type DecisionChange,
  DEFAULT_REQUESTS,
  differenceOn,
  differingFields,
  type FoundDifference,
  type NamedPolicy,
  openComparedSet,
  readRecordedDecisions,
  type RecordedDecision,
  recordPart,
  recordQuestion,
  replay,
  type ReplayOptions,
  type ReplayReport,
  searchChanges,
  searchDifference,
  type SearchedChanges,
  type SearchOptions,
  type SearchResult,
  type SetChanges,
  type SettingChange,
  type Settings,
} from './analysis/index.ts';
export { type AuthZenRequest, parseAuthZenRequest, printDecision } from './authzen.ts';
export {
  isInForce,
  MANIFEST_FILE,
  parseManifest,
  type PolicySetManifest,
  printManifest,
  readSetFiles,
  requireNewer,
  type SetFile,
  type SetFiles,
  setOptions,
  setIdentity,
  type SetVersion,
  versionMark,
} from './set/index.ts';
export {
  type CompiledPack,
  compilePack,
  importAgentgateway,
  importAgentGovernanceToolkit,
  importAuthensor,
  importCedar,
  type ImportedPolicies,
  type StarterPack,
  starterPacks,
} from './packs/index.ts';
