/** Checks policies as they stand, packs compiled already, and reports everything at once. */
import type { ExactJson } from './value/index.ts';
import { type CedarEntity, withIdAttribute } from './decision/index.ts';
import type { LimitDeclaration, Mode, ToolDefinition } from '../model/index.ts';
import type { PatternDeclaration } from './patterns/index.ts';
import { type KeptChecks, keptSchema, nothingKept } from './kept-checks.ts';
import {
  parseSources,
  type Policy,
  type PolicyIssue,
  type PolicySource,
  type TemplateLink,
} from './language/index.ts';
import {
  actionScope,
  assumeSchema,
  checkClaims,
  checkPolicies,
  covers,
  type Oddity,
  parseEntities,
  type PolicySchema,
} from './schema/index.ts';

/** What could not be checked, and why. */
export interface SchemaReport {
  /** Tools that have an action. */
  readonly tools: number;
  /** Tools and arguments that policies cannot judge. */
  readonly oddities: readonly Oddity[];
  /** Tools that policies name and that were taken as given, because no server was at hand. */
  readonly assumed: readonly string[];
  /** Policies whose types could not be checked, because they use an argument of an assumed tool in contradictory ways. */
  readonly unchecked: readonly string[];
  /** What nobody can say before a server of `unseen` was asked for its tools, at the place of each policy. */
  readonly waiting: readonly PolicyIssue[];
}

/** Everything known about a set before it is loaded. */
export interface CheckedPolicySet {
  readonly policies: readonly Policy[];
  readonly schema: PolicySchema;
  /** In the order of the sources; a set with problems is not loaded. */
  readonly problems: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
  readonly report: SchemaReport;
  /** Limits of the set, those of its packs included. */
  readonly limits: readonly LimitDeclaration[];
  /** Patterns of the set, those of its packs included. */
  readonly patterns: readonly PatternDeclaration[];
}

/** What {@link checkPolicySet} looks at. */
export interface CheckOptions {
  /** Files or texts; their order means nothing. */
  readonly sources: readonly PolicySource[];
  /** Packs: YAML texts that are compiled for `tools`, see `compilePack`. Their texts are part of the identity of the set, not the Cedar they become. */
  readonly packs?: readonly PolicySource[];
  /** Policies made of the templates in `sources`. */
  readonly links?: readonly TemplateLink[];
  /** Tools of all servers, whose `inputSchema` types `context.args`. Absent: tools that policies name are taken as given. */
  readonly tools?: readonly ToolDefinition[];
  /**
   * Tools that policies name and `tools` does not hold: `refuse` (the default) is a load error with a suggestion,
   * `assume` takes them as given, for when the tools are not all known yet. Without `tools` they are always assumed.
   */
  readonly unlisted?: 'refuse' | 'assume';
  /** Servers that nobody asked for their tools yet: theirs are taken as given, and what cannot be checked without them is told in the report. */
  readonly unseen?: readonly string[];
  /** What is looked for in arguments before the policies are asked; part of its identity. */
  readonly patterns?: readonly PatternDeclaration[];
  /** Limits of the set, which policies read as `context.limits`; part of its identity. */
  readonly limits?: readonly LimitDeclaration[];
  /** Static entities: agents with trust, ring, owner; teams, groups. */
  readonly entities?: readonly CedarEntity[];
  readonly mode?: Mode;
  /** Instant from which `audit`, of the set or of a policy, is over and everything is enforced; milliseconds since 1970. */
  readonly auditUntil?: number;
}

/** The packs of a set, compiled. */
export interface ExpandedPacks {
  /** The Cedar of the packs, each named after its file. */
  readonly sources: readonly PolicySource[];
  /** Limits of the set and of its packs. */
  readonly limits: readonly LimitDeclaration[];
  /** Patterns of the set and of its packs. */
  readonly patterns: readonly PatternDeclaration[];
  readonly problems: readonly PolicyIssue[];
  readonly warnings: readonly PolicyIssue[];
  /** `policy`, placed at the rule of the pack that it was compiled from; others as they are. */
  placed(policy: Policy): Policy;
}

/** Checks Cedar without packs. Throws only where the engine itself fails. */
export function checkSources(options: Omit<CheckOptions, 'packs'>): CheckedPolicySet {
  const { limits = [], patterns = [] } = options;
  const none = { sources: [], limits, patterns, problems: [], warnings: [] };
  return checkExpanded(options, { ...none, placed: (policy) => policy }, nothingKept());
}

/** As {@link checkSources}, with `packs`; what `kept` knows is not found out again, and what is found out goes into it. */
export function checkExpanded(
  options: CheckOptions,
  packs: ExpandedPacks,
  kept: KeptChecks,
): CheckedPolicySet {
  const read = parseSources([...options.sources, ...packs.sources], options.links, kept.parsed);
  const parsed = { ...read, policies: read.policies.map((policy) => packs.placed(policy)) };
  const { schema: listed, sound } = keptSchema(kept, options.tools ?? [], packs.limits);
  const assumes = options.tools === undefined || options.unlisted === 'assume';
  const unseen = new Set(assumes ? [] : options.unseen);
  const assumed =
    assumes || unseen.size > 0
      ? assumeSchema(parsed.policies, listed, assumes ? undefined : unseen)
      : undefined;
  const schema = assumed?.schema ?? listed;
  const unchecked = new Set(
    parsed.policies.filter(
      (policy) =>
        assumed !== undefined &&
        policy.reads.context.some(({ path }) => path.length === 0 || path[0] === 'args') &&
        [...assumed.contradictory].some((tool) => covers(actionScope(policy.tree), tool)),
    ),
  );
  const checked = checkPolicies(
    parsed.policies.filter((policy) => !unchecked.has(policy)),
    schema,
    assumed === undefined ? sound : undefined,
  );
  const entityProblems = checkEntities(options.entities ?? [], schema);
  const warnings = [
    ...parsed.warnings,
    ...packs.warnings,
    ...checked.warnings,
    ...setWarnings(parsed.policies, options),
  ];
  const places = [...options.sources, ...(options.packs ?? []), ...packs.sources];
  return {
    policies: parsed.policies,
    schema,
    problems: [
      ...byPlace(
        [...parsed.problems, ...packs.problems, ...checked.problems, ...checkClaims(parsed.policies)],
        places,
      ),
      ...entityProblems,
    ],
    warnings: byPlace(warnings, places),
    report: {
      tools: listed.tools.size,
      oddities: schema.oddities,
      assumed: assumed?.tools ?? [],
      unchecked: [...unchecked].map(({ id }) => id),
      waiting: unseen.size === 0 ? [] : byPlace(waitingFor(unseen, parsed.policies, listed, checked), places),
    },
    limits: packs.limits,
    patterns: packs.patterns,
  };
}

/** What the tools that are known refuse, and those that are taken as given do not. */
function waitingFor(
  unseen: ReadonlySet<string>,
  policies: readonly Policy[],
  listed: PolicySchema,
  checked: ReturnType<typeof checkPolicies>,
): readonly PolicyIssue[] {
  const keyOf = ({ policy, message, place }: PolicyIssue): string => JSON.stringify([policy, message, place]);
  const known = new Set(checked.problems.map(keyOf));
  const servers = [...unseen].sort().map((name) => `\`${name}\``);
  return checkPolicies(policies, listed, undefined)
    .problems.filter((problem) => !known.has(keyOf(problem)))
    .map(({ hint: _hint, ...problem }) => ({
      ...problem,
      message: `not checked before server ${servers.join(' or ')} was asked for its tools: ${problem.message}`,
    }));
}

function checkEntities(entities: readonly CedarEntity[], schema: PolicySchema): readonly PolicyIssue[] {
  const action = entities.find(({ uid }) => uid.type === 'Action');
  if (action !== undefined) {
    return [
      {
        code: 'policy.schema',
        message: `the entities hold the action \`${action.uid.id}\`, which comes from the schema alone`,
      },
    ];
  }
  const parsed = parseEntities(entities.map(withIdAttribute) as unknown as ExactJson, schema.resolved);
  if ('entities' in parsed) return [];
  return parsed.problems.map(({ path, message, hint }) => ({
    code: 'policy.schema' as const,
    message: `the entities do not fit the schema: ${path}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
  }));
}

function setWarnings(policies: readonly Policy[], options: CheckOptions): readonly PolicyIssue[] {
  const warnings: PolicyIssue[] = [];
  if (!policies.some(({ effect }) => effect === 'permit') && options.mode === 'strict') {
    warnings.push({ code: 'policy.empty', message: 'no policy permits anything, so everything is denied' });
  }
  const watched = options.mode === 'audit' || policies.some(({ audit }) => audit);
  if (watched && options.auditUntil === undefined) {
    warnings.push({
      code: 'policy.empty',
      message: 'audit mode has no end; what it would deny is performed until someone ends it',
    });
  }
  return warnings;
}

function byPlace(issues: readonly PolicyIssue[], sources: readonly PolicySource[]): readonly PolicyIssue[] {
  const order = new Map(sources.map(({ name }, index) => [name, index]));
  const rank = ({ place }: PolicyIssue): number =>
    place === undefined ? sources.length : (order.get(place.file) ?? 0);
  return [...issues].sort(
    (left, right) =>
      rank(left) - rank(right) ||
      (left.place?.line ?? 0) - (right.place?.line ?? 0) ||
      (left.place?.column ?? 0) - (right.place?.column ?? 0),
  );
}
