/** Turns rules of which the first that matches decides into policies whose order means nothing, and keeps only what the checker takes. */
import { checkSources } from '../../check-sources.ts';
import type { ToolDefinition } from '../../../model/index.ts';
import type { Place } from '../../language/index.ts';
import { anyOf, entity, type PolicyText, printPolicy } from '../cedar/index.ts';
import {
  type About,
  type Condition,
  translate,
  type Translation,
  Untranslatable,
  type Use,
} from './language/index.ts';
import type { ImportNote } from './report.ts';

/** One rule of the other language. */
export interface ForeignRule {
  /** Its name, made an id by the importer: unique, `[A-Za-z0-9._-]`. */
  readonly id: string;
  readonly place: Place;
  readonly effect: 'allow' | 'deny' | 'approve';
  readonly condition: Condition;
  /** What of the rule is understood in any case: a rule that denies and cannot be said exactly denies this much. */
  readonly scope?: Condition;
  readonly reason?: string;
  readonly annotations?: PolicyText['annotations'];
}

/** A policy with what it is about, for the report. */
interface Draft {
  readonly rule: ForeignRule;
  readonly policy: PolicyText;
  /** What takes its place where the checker refuses it. */
  readonly broad?: PolicyText;
}

/** The rules, the first that matches deciding, and whether what none matches is allowed. */
export interface RuleList {
  readonly rules: readonly ForeignRule[];
  readonly otherwise: 'allow' | 'deny';
  /** Where the default stands. */
  readonly place: Place;
}

const CALLS = `action in ${entity('Action', 'tools/call')}`;
const SEEN = `action in [${entity('Action', 'tools/list')}, ${entity('Action', 'results/deliver')}]`;
const MAX_REASON = 500;

/** Policies of `list`, as text that loads; everything that is not as it was goes to `report`. */
export function assemble(
  list: RuleList,
  translation: Translation,
  tools: readonly ToolDefinition[] | undefined,
  report: ImportNote[],
): string {
  const drafts: Draft[] = [];
  /** Conditions of earlier rules that let something pass: a later rule that denies leaves these alone. */
  const passed: string[] = [];
  for (const rule of list.rules) {
    const forbidden =
      rule.effect === 'allow'
        ? undefined
        : attempt(rule, translation, report, { about: 'call', unsure: 'holds' });
    if (rule.effect !== 'allow') drafts.push(forbidOf(rule, forbidden, passed, translation, report));
    if (rule.effect === 'deny' || (rule.effect === 'approve' && forbidden === undefined)) continue;
    const permitted = attempt(rule, translation, report, { about: 'call', unsure: 'fails' });
    if (permitted === undefined) continue;
    drafts.push(...permitsOf(rule, permitted, translation));
    passed.push(permitted);
  }
  const texts = [...keepChecked(drafts, tools, report), ...defaultOf(list, translation, report)];
  return texts.map(printPolicy).join('\n');
}

function attempt(
  rule: ForeignRule,
  translation: Translation,
  report: ImportNote[],
  use: Use,
): string | undefined {
  try {
    return translate(rule.condition, use, translation);
  } catch (thrown) {
    if (!(thrown instanceof Untranslatable)) throw thrown;
    const isAllow = rule.effect === 'allow';
    report.push({
      kind: isAllow ? 'lost' : 'stricter',
      place: rule.place,
      what: rule.id,
      why: isAllow
        ? `${thrown.message}; nothing is permitted by it`
        : `${thrown.message}; A RULE THAT RESTRICTED IS NOT CARRIED OVER: instead everything it may have meant is ${rule.effect === 'deny' ? 'denied' : 'held for approval'}`,
    });
    return undefined;
  }
}

function baseOf(rule: ForeignRule, suffix: string, comment: string): PolicyText {
  return {
    id: `${rule.id}${suffix}`,
    effect: 'permit',
    comment: `${rule.place.file}:${rule.place.line} ${comment}`,
    annotations: [],
    principal: 'principal',
    action: CALLS,
    resource: 'resource',
  };
}

function forbidOf(
  rule: ForeignRule,
  condition: string | undefined,
  passed: readonly string[],
  translation: Translation,
  report: ImportNote[],
): Draft {
  const annotations = [
    ...(rule.annotations ?? []),
    ...(rule.reason === undefined ? [] : [['reason', reasonOf(rule.reason)] as const]),
  ];
  const unless = anyOf(passed);
  const base = { ...baseOf(rule, '', rule.effect), effect: 'forbid', annotations } as const;
  const scope = scopeOf(rule, translation);
  const broad: PolicyText = {
    ...base,
    comment: `${base.comment}: NOT CARRIED OVER EXACTLY, denies whatever it may have meant`,
    ...whenText(scope),
  };
  if (condition === undefined) return { rule, policy: withUnless(broad, unless), broad };
  if (rule.effect === 'deny' && condition === 'true' && unless === undefined)
    report.push({ kind: 'changed', place: rule.place, what: rule.id, why: 'it denies every call' });
  return { rule, policy: withUnless({ ...base, ...whenText(condition) }, unless), broad };
}

function reasonOf(reason: string): string {
  return reason.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ').slice(0, MAX_REASON);
}

function scopeOf(rule: ForeignRule, translation: Translation): string {
  if (rule.scope === undefined) return 'true';
  try {
    return translate(rule.scope, { about: 'call', unsure: 'holds' }, translation);
  } catch (thrown) {
    if (!(thrown instanceof Untranslatable)) throw thrown;
    return 'true';
  }
}

function whenText(condition: string): { readonly when?: string } {
  return condition === 'true' ? {} : { when: condition };
}

function withUnless(policy: PolicyText, unless: string | undefined): PolicyText {
  return unless === undefined ? policy : { ...policy, unless };
}

/** A permit for the call, and one to see the tool and get its results. */
function permitsOf(rule: ForeignRule, condition: string, translation: Translation): readonly Draft[] {
  const suffix = rule.effect === 'approve' ? '.permit' : '';
  const call: PolicyText = { ...baseOf(rule, suffix, 'allow'), ...whenText(condition) };
  const about: About = 'tool';
  const seen: PolicyText = {
    ...baseOf(rule, '.seen', 'allow, lists and results'),
    action: SEEN,
    resource: 'resource is Tool',
    ...whenText(translate(rule.condition, { about, unsure: 'fails' }, translation)),
  };
  return [
    { rule, policy: call },
    { rule, policy: seen },
  ];
}

function defaultOf(list: RuleList, { pack }: Translation, report: ImportNote[]): readonly PolicyText[] {
  if (list.otherwise === 'deny') return [];
  report.push({
    kind: 'changed',
    place: list.place,
    what: 'default',
    why: 'what no rule matches is allowed, as it was; think of denying it',
  });
  const base: PolicyText = {
    id: `${pack}.default`,
    effect: 'permit',
    comment: `${list.place.file}:${list.place.line} what no rule matches is allowed`,
    annotations: [],
    principal: 'principal',
    action: CALLS,
    resource: 'resource',
  };
  return [base, { ...base, id: `${pack}.default.seen`, action: SEEN, resource: 'resource is Tool' }];
}

/** Drops permits that the checker refuses, and makes forbids it refuses as broad as they may have been. */
function keepChecked(
  drafts: readonly Draft[],
  tools: readonly ToolDefinition[] | undefined,
  report: ImportNote[],
): readonly PolicyText[] {
  const refused = refusedIn(
    drafts.map(({ policy }) => policy),
    tools,
  );
  const kept = drafts.flatMap(({ rule, policy, broad }): readonly PolicyText[] => {
    const why = refused.get(policy.id);
    if (why === undefined) return [policy];
    const isForbid = policy.effect === 'forbid';
    const message = isForbid
      ? `${why}; A RULE THAT RESTRICTED IS NOT CARRIED OVER: instead everything it may have meant is ${rule.effect === 'deny' ? 'denied' : 'held for approval'}`
      : `${why}; nothing is permitted by it`;
    report.push({ kind: isForbid ? 'stricter' : 'lost', place: rule.place, what: policy.id, why: message });
    return broad === undefined ? [] : [broad];
  });
  const odd = refusedIn(kept, tools);
  // What is still refused is a forbid whose scope does not type: it denies every call.
  return kept.flatMap((policy) => {
    if (!odd.has(policy.id)) return [policy];
    const { when: _when, unless: _unless, ...whole } = policy;
    return policy.effect === 'forbid' ? [whole] : [];
  });
}

function refusedIn(
  policies: readonly PolicyText[],
  tools: readonly ToolDefinition[] | undefined,
): ReadonlyMap<string, string> {
  const sources = policies.map((policy) => ({ name: policy.id, text: printPolicy(policy) }));
  const { problems } = checkSources({ sources, ...(tools === undefined ? {} : { tools }) });
  return new Map(problems.map((problem) => [problem.place?.file ?? problem.policy ?? '', problem.message]));
}

/** `text` as a part of an id. */
export function idPart(text: string, taken: Set<string>): string {
  const clean =
    text
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^[-_]+/, '')
      .slice(0, 40) || 'rule';
  let id = clean;
  for (let count = 2; taken.has(id); count += 1) id = `${clean}-${count}`;
  taken.add(id);
  return id;
}

/** All of `conditions`. */
export function every(conditions: readonly Condition[]): Condition {
  return { kind: 'all', parts: conditions };
}

/** What of `condition` is certain to be asked of the tool: the parts of a conjunction that are about tools and agents only. */
export function recognisable(
  condition: Condition,
  isKnown: (field: readonly string[]) => boolean,
): Condition {
  const parts = condition.kind === 'all' ? condition.parts : [condition];
  const known = parts.filter((part) => part.kind === 'test' && isKnown(part.field));
  return known.length === 0 ? { kind: 'always' } : every(known);
}
