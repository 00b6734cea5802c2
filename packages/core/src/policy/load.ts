/** Loads a policy set: parse, check against the schema of the tools, and make the decision point of it. */
import { canonicalJson, Fault, type JsonValue } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import type { Mode, PolicyDecisionPoint } from '../model/index.ts';
import {
  createArgumentJudge,
  decide,
  type DecisionBasis,
  type DecisionLevel,
  snapshotEntities,
} from './decision/index.ts';
import { compileSet, ENGINE_VERSION } from './compile/index.ts';
import {
  compareLevels,
  levelKey,
  type Policy,
  type PolicyIssue,
  type PolicyLevel,
  renderIssue,
} from './language/index.ts';
import { type CheckedPolicySet, type CheckOptions, checkPolicySet, type SchemaReport } from './check-set.ts';
import { createPatternMatcher, type PatternMatcher } from './patterns/index.ts';

/** What a policy set is made of. */
export interface PolicySetOptions extends CheckOptions {
  readonly mode: Mode;
  /**
   * What a forbid does that fails where it could apply: `deny` (the default), or `skip`, which is Cedar's own meaning and lets a type slip open
   * the gate; for comparison with other engines only. Part of the identity of the set.
   */
  readonly onError?: 'deny' | 'skip';
}

/** A set that holds, and what to tell its author. */
export interface LoadedPolicySet {
  readonly decisionPoint: PolicyDecisionPoint;
  readonly policies: readonly PolicySummary[];
  readonly warnings: readonly PolicyIssue[];
  readonly report: SchemaReport;
}

/** A policy of a loaded set, for people. */
export interface PolicySummary {
  readonly id: string;
  readonly contentHash: string;
  readonly effect: 'permit' | 'forbid';
  readonly file: string;
  readonly line: number;
  readonly level: PolicyLevel;
  readonly reason?: string;
  readonly controls: readonly string[];
}

/** Most problems that stand in one fault. */
const MAX_PROBLEMS = 100;

/**
 * The decision point of a policy set; synchronous, immutable.
 *
 * Throws one fault for all problems of all sources: the code and place of the first, and in `data.problems` one line for each
 * (`file:line:column: policy: message (hint)`). A set is loaded whole or not at all, so a previous one stays in force.
 */
export function loadPolicySet(options: PolicySetOptions): LoadedPolicySet {
  const { problems, warnings, report, policies, schema, limits, patterns } = checkPolicySet(options);
  if (problems.length > 0) throw loadFault(problems);
  const entities = snapshotEntities(
    options.entities ?? [],
    policies.flatMap(({ reads }) => reads.entities),
    schema,
  );
  const policyHash = hashPolicySet(policies, options);
  const basis: DecisionBasis = {
    levels: levelsOf(policies),
    schema,
    entities,
    judgeArgs: createArgumentJudge(policies, schema),
    mode: options.mode,
    ...patternsOf({ patterns }),
    onError: options.onError ?? 'deny',
    ...(options.auditUntil === undefined ? {} : { auditUntil: options.auditUntil }),
  };
  const decisionPoint: PolicyDecisionPoint = {
    policyHash,
    schemaHash: schema.hash,
    entitiesHash: entities.hash,
    engineVersion: ENGINE_VERSION,
    mode: options.mode,
    ...(limits.length === 0 ? {} : { limits }),
    decide: (query) => decide(basis, query),
  };
  return { decisionPoint, policies: policies.map(summarise), warnings, report };
}

/** The matcher of a set that declares patterns. Throws `policy.syntax` for an expression that does not compile. */
export function patternsOf({ patterns }: Pick<CheckedPolicySet, 'patterns'>): {
  readonly patterns?: PatternMatcher;
} {
  return patterns.length === 0 ? {} : { patterns: createPatternMatcher(patterns) };
}

/** The levels that have policies, widest first. */
function levelsOf(policies: readonly Policy[]): readonly DecisionLevel[] {
  const levels = new Map<string, { level: PolicyLevel; policies: Policy[] }>();
  for (const policy of policies) {
    const key = levelKey(policy.level);
    const known = levels.get(key) ?? { level: policy.level, policies: [] };
    known.policies.push(policy);
    levels.set(key, known);
  }
  return [...levels.values()]
    .sort((one, other) => compareLevels(one.level, other.level))
    .map(({ level, policies: own }) => ({
      level,
      set: compileSet(own.map((policy) => ({ id: policy.id, tree: policy.tree, ref: policy }))),
    }));
}

/**
 * SHA-256 over ids, levels and contents in the order of ids, texts of packs, mode and its end; neither file names nor the schema change it. What a
 * pack becomes depends on the tools, so it stands for itself by its text.
 */
function hashPolicySet(policies: readonly Policy[], options: PolicySetOptions): string {
  const written = new Set(options.sources);
  const contents = policies
    .filter(({ source }) => written.has(source))
    .map(({ id, contentHash, level }) =>
      level.kind === 'organisation' ? [id, contentHash] : [id, contentHash, levelKey(level)],
    )
    .sort(([left], [right]) => ((left ?? '') < (right ?? '') ? -1 : 1));
  const patterns = (options.patterns ?? []).map((one) => canonicalJson(one as unknown as JsonValue)).sort();
  const limits = (options.limits ?? [])
    .map((limit): JsonValue => ({ ...limit }))
    .sort((left, right) => (canonicalJson(left) < canonicalJson(right) ? -1 : 1));
  const packs = (options.packs ?? []).map(({ text }) => sha256Hex(text)).sort();
  const value: JsonValue = [
    'writ/policy-set/v1',
    contents,
    options.mode,
    options.auditUntil ?? null,
    ...(options.onError === 'skip' ? ['on_error: skip'] : []),
    ...(limits.length === 0 ? [] : [['limits', ...limits]]),
    ...(patterns.length === 0 ? [] : [['patterns', ...patterns]]),
    ...(packs.length === 0 ? [] : [['packs', ...packs]]),
  ];
  return sha256Hex(canonicalJson(value));
}

function summarise(policy: Policy): PolicySummary {
  const { id, contentHash, effect, place, level, reason, controls } = policy;
  const base = { id, contentHash, effect, file: place.file, line: place.line, level, controls };
  return reason === undefined ? base : { ...base, reason };
}

function loadFault(problems: readonly PolicyIssue[]): Fault {
  const [first] = problems;
  const more = problems.length > 1 ? `; ${problems.length - 1} more` : '';
  return new Fault(
    first?.code ?? 'policy.syntax',
    `${first === undefined ? '' : renderIssue(first)}${more}`,
    {
      ...(first?.place === undefined
        ? {}
        : { file: first.place.file, line: first.place.line, column: first.place.column }),
      ...(first?.text === undefined ? {} : { text: first.text }),
      ...(first?.hint === undefined ? {} : { hint: first.hint }),
      ...(first?.policy === undefined ? {} : { policy: first.policy }),
      problems: problems.slice(0, MAX_PROBLEMS).map(renderIssue),
    },
  );
}
