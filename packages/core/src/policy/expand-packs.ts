/** The packs of a set as Cedar, limits and patterns, beside what else it holds. */
import { type LimitDeclaration, type Mode, type ToolDefinition } from '../model/index.ts';
import type { ExpandedPacks } from './check-sources.ts';
import type { Place, PolicyIssue, PolicySource } from './language/index.ts';
import { type CompiledPack, compilePack } from './packs/index.ts';
import type { PatternDeclaration } from './patterns/index.ts';

/** What packs are compiled for. */
export interface PackSurroundings {
  readonly packs?: readonly PolicySource[];
  readonly tools?: readonly ToolDefinition[];
  readonly unlisted?: 'refuse' | 'assume';
  readonly unseen?: readonly string[];
  readonly limits?: readonly LimitDeclaration[];
  readonly patterns?: readonly PatternDeclaration[];
  readonly mode?: Mode;
  readonly auditUntil?: number;
}

/** From what enforces most to what enforces nothing. */
const STRICTNESS: Readonly<Record<Mode, number>> = { strict: 2, permissive: 1, audit: 0 };

/** Compiles the packs of a set. A pack with a problem is left out, and its problems are told. */
export function expandPacks(set: PackSurroundings): ExpandedPacks {
  const { tools, packs = [] } = set;
  // Names of tools that no server of `unseen` has are found by the check of what is compiled.
  const isOpen = tools === undefined || (set.unseen ?? []).length > 0;
  const unlisted = isOpen ? 'assume' : (set.unlisted ?? 'refuse');
  const compiled = packs.map((source) => ({
    source,
    pack: compilePack(source, { tools: tools ?? [], unlisted }),
  }));
  const rules = new Map<PolicySource, ReadonlyMap<string, Place>>();
  const sources = compiled.map(({ source, pack }) => {
    const cedar = { name: `${source.name} (compiled)`, text: pack.cedar };
    rules.set(cedar, new Map(pack.mapping.map(({ policy, place }) => [policy, place])));
    return cedar;
  });
  const limits = [...(set.limits ?? []), ...compiled.flatMap(({ pack }) => pack.limits)];
  const modes = compiled.map(({ source, pack }) => modeIssues(source.name, pack, set));
  return {
    sources,
    limits,
    patterns: [...(set.patterns ?? []), ...compiled.flatMap(({ pack }) => pack.patterns)],
    problems: [
      ...compiled.flatMap(({ pack }) => pack.problems),
      ...modes.flatMap(({ problems }) => problems),
      ...declaredTwice(limits),
    ],
    warnings: [
      ...compiled.flatMap(({ pack }) => pack.warnings),
      ...modes.flatMap(({ warnings }) => warnings),
    ],
    placed(policy) {
      const place = rules.get(policy.source)?.get(policy.id);
      return place === undefined ? policy : { ...policy, place };
    },
  };
}

/** INVARIANT: a pack never enforces less than it says; where it says less than the set, the set holds. */
function modeIssues(
  file: string,
  { mode, auditUntil }: CompiledPack,
  set: PackSurroundings,
): { readonly problems: readonly PolicyIssue[]; readonly warnings: readonly PolicyIssue[] } {
  const none = { problems: [], warnings: [] };
  if (mode === undefined || set.mode === undefined) return none;
  const place: Place = { file, line: 1, column: 1 };
  const [own, whole] = [STRICTNESS[mode], STRICTNESS[set.mode]];
  if (own > whole) {
    const message = `the pack says mode \`${mode}\`, and the set is in mode \`${set.mode}\`, which enforces less`;
    const hint = `take \`mode\` out of the pack, or put the set into mode \`${mode}\``;
    return { ...none, problems: [{ code: 'policy.syntax', message, place, hint }] };
  }
  if (own < whole) {
    const message = `the pack says mode \`${mode}\`; the set is in mode \`${set.mode}\`, which holds`;
    return { ...none, warnings: [{ code: 'policy.empty', message, place }] };
  }
  if (mode === 'audit' && (set.auditUntil ?? Number.POSITIVE_INFINITY) > (auditUntil ?? 0)) {
    const message = 'the audit mode of the pack ends before that of the set';
    const hint = 'say the same end in both, or take `mode` out of the pack';
    return { ...none, problems: [{ code: 'policy.syntax', message, place, hint }] };
  }
  return none;
}

/** Two limits of one id would be one for policies, which read `context.limits.ID`. */
function declaredTwice(limits: readonly LimitDeclaration[]): readonly PolicyIssue[] {
  const ids = limits.map(({ id }) => id);
  return [...new Set(ids.filter((id, index) => ids.indexOf(id) !== index))].map((id) => ({
    code: 'policy.limit',
    message: `the limit \`${id}\` is declared twice`,
    hint: 'give one of them another id; packs and the set share one list of limits',
  }));
}
