/** Loads a policy set: parse, check against the schema of the tools, and make the decision point of it. */
import { asJson, canonicalJson, Fault, type JsonValue } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';
import type { Mode, PolicyDecisionPoint } from '../model/index.ts';
import {
  createArgumentJudge,
  decide,
  type DecisionBasis,
  type DecisionLevel,
  snapshotEntities,
} from './decision/index.ts';
import { type CompiledSet, compileSet, ENGINE_VERSION } from './compile/index.ts';
import {
  compareLevels,
  levelKey,
  ORGANISATION,
  type Policy,
  type PolicyIssue,
  type PolicyLevel,
  type PolicySource,
  renderIssue,
} from './language/index.ts';
import { checkAgain } from './check-set.ts';
import type { CheckedPolicySet, CheckOptions, SchemaReport } from './check-sources.ts';
import { type KeptChecks, nothingKept } from './kept-checks.ts';
import { createPatternMatcher, type PatternMatcher } from './patterns/index.ts';

/** What a policy set is made of. */
export interface PolicySetOptions extends CheckOptions {
  readonly mode: Mode;
  /**
   * What a forbid does that fails where it could apply: `deny` (the default), or `skip`, which is Cedar's own meaning and lets a type slip open
   * the gate; for comparison with other engines only. Part of the identity of the set.
   */
  readonly onError?: 'deny' | 'skip';
  /**
   * The set that this one follows: what both have in common is taken over instead of being made again, so that loading costs what changed,
   * source by source. It changes no answer, no problem and no identity, and stays as it is itself.
   */
  readonly previous?: LoadedPolicySet;
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

/** What the set that follows a loaded one can take over. */
interface Kept {
  /** By name; frozen, so that what was made of them holds. */
  readonly sources: ReadonlyMap<string, PolicySource>;
  readonly checks: KeptChecks;
  readonly levels: readonly KeptLevel[];
}

interface KeptLevel extends DecisionLevel {
  readonly policies: ReadonlySet<Policy>;
}

const KEPT = new WeakMap<LoadedPolicySet, Kept>();

/** Most problems that stand in one fault. */
const MAX_PROBLEMS = 100;

/**
 * The decision point of a policy set; synchronous, immutable.
 *
 * Throws one fault for all problems of all sources: the code and place of the first, and in `data.problems` one line for each
 * (`file:line:column: policy: message (hint)`). A set is loaded whole or not at all, so a previous one stays in force.
 */
export function loadPolicySet(given: PolicySetOptions): LoadedPolicySet {
  const kept = keptOf(given.previous);
  const options = { ...given, sources: given.sources.map((source) => sameSource(source, kept.sources)) };
  const { problems, warnings, report, policies, schema, limits, patterns } = checkAgain(options, kept.checks);
  if (problems.length > 0) throw loadFault(problems);
  const entities = snapshotEntities(
    options.entities ?? [],
    policies.flatMap(({ reads }) => reads.entities),
    schema,
  );
  const policyHash = hashPolicySet(policies, options);
  const levels = levelsOf(policies, kept.levels);
  const basis: DecisionBasis = {
    levels: levels.map(({ level, set }) => ({ level, set })),
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
  const loaded = { decisionPoint, policies: policies.map(summarise), warnings, report };
  const sources = new Map(options.sources.map((source) => [source.name, source]));
  KEPT.set(loaded, { sources, checks: kept.checks, levels });
  return loaded;
}

function keptOf(previous: LoadedPolicySet | undefined): Kept {
  const known = previous === undefined ? undefined : KEPT.get(previous);
  return known ?? { sources: new Map(), checks: nothingKept(), levels: [] };
}

/** The source kept where it says the same, otherwise a copy that nobody can change. */
function sameSource(source: PolicySource, kept: ReadonlyMap<string, PolicySource>): PolicySource {
  const { name, text, level } = source;
  const known = kept.get(name);
  const isSame =
    known?.text === text && levelKey(known.level ?? ORGANISATION) === levelKey(level ?? ORGANISATION);
  if (known !== undefined && isSame) return known;
  return Object.freeze({
    name,
    text,
    ...(level === undefined ? {} : { level: Object.freeze({ ...level }) }),
  });
}

/** The matcher of a set that declares patterns. Throws `policy.syntax` for an expression that does not compile. */
export function patternsOf({ patterns }: Pick<CheckedPolicySet, 'patterns'>): {
  readonly patterns?: PatternMatcher;
} {
  return patterns.length === 0 ? {} : { patterns: createPatternMatcher(patterns) };
}

/** The levels that have policies, widest first; one that was there before is changed, not made again. */
function levelsOf(policies: readonly Policy[], before: readonly KeptLevel[]): readonly KeptLevel[] {
  const levels = new Map<string, { level: PolicyLevel; policies: Policy[] }>();
  for (const policy of policies) {
    const key = levelKey(policy.level);
    const known = levels.get(key) ?? { level: policy.level, policies: [] };
    known.policies.push(policy);
    levels.set(key, known);
  }
  const sets = new Map(before.map((kept) => [levelKey(kept.level), kept]));
  return [...levels]
    .sort(([, one], [, other]) => compareLevels(one.level, other.level))
    .map(([key, { level, policies: own }]) => ({
      level,
      policies: new Set(own),
      set: compiled(own, sets.get(key)),
    }));
}

/** The compiled set of `policies`, from `before` where the two have policies in common. */
function compiled(policies: readonly Policy[], before: KeptLevel | undefined): CompiledSet<Policy> {
  const put = policies
    .filter((policy) => before?.policies.has(policy) !== true)
    .map((policy) => ({ id: policy.id, tree: policy.tree, ref: policy }));
  if (before === undefined || put.length === policies.length) return compileSet(put);
  const ids = new Set(policies.map(({ id }) => id));
  const remove = [...before.policies].map(({ id }) => id).filter((id) => !ids.has(id));
  return put.length + remove.length === 0 ? before.set : before.set.update({ put, remove });
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
  const patterns = (options.patterns ?? []).map((one) => canonicalJson(asJson(one))).sort();
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
