/** Imports policy files of the Agent Governance Toolkit, `apiVersion: governance.toolkit/v1`. */
import { LIMIT_MEASURES, type LimitDeclaration, parseLimits } from '../../../model/index.ts';
import { isFault } from '../../../kernel/index.ts';
import { knownTools } from '../cedar/index.ts';
import { type PlacedValue, readYaml } from '../form/index.ts';
import { IssueList } from '../issues.ts';
import { assemble, type ForeignRule, idPart, recognisable } from './assemble.ts';
import {
  type Comparison,
  COMPARISONS,
  type Condition,
  type Meaning,
  parseExpression,
  type Translation,
} from './language/index.ts';
import { constantsOf, entryOf, listOf, numberOf, refusal, textAt } from './placed.ts';
import type { ImportedPolicies, ImportNote, ImportOptions } from './report.ts';

const PACK = 'agt';
const API_VERSION = 'governance.toolkit/v1';
const TOOL_FIELDS: ReadonlySet<string> = new Set([
  'tool_name',
  'tool',
  'tool.name',
  'action',
  'action.type',
  'action.name',
]);
const AGENT_FIELDS: ReadonlySet<string> = new Set(['agent_id', 'agent', 'agent.id', 'agent_did']);
const ARGUMENTS: ReadonlySet<string> = new Set([
  'args',
  'arguments',
  'params',
  'parameters',
  'tool_args',
  'input',
]);
const OPERATORS: Readonly<Record<string, Comparison>> = Object.fromEntries(
  COMPARISONS.map((one) => [one, one]),
);

/**
 * The policies of `text`. The first rule that matches, by priority, decided there; here the policies say the same without an order.
 *
 * Where the format leaves open what a field is, this is taken: `tool_name`, `tool`, `action` and `action.type` are the tool, `agent_id` and
 * `agent` the agent, what is below `args`, `arguments`, `params` and `input` an argument. Everything else is reported.
 */
export function importAgentGovernanceToolkit(text: string, options: ImportOptions = {}): ImportedPolicies {
  const file = options.file ?? 'policy.yaml';
  const issues = new IssueList();
  const root = readYaml({ name: file, text }, issues);
  const apiVersion = textAt(root, 'apiVersion');
  if (
    issues.problems.length > 0 ||
    root?.kind !== 'map' ||
    (apiVersion !== undefined && apiVersion !== API_VERSION)
  )
    return refusal(file, issues, `it is not a policy of ${API_VERSION}`);
  const report: ImportNote[] = [];
  const taken = new Set<string>();
  const limits: LimitDeclaration[] = [];
  const rules = listOf(root, 'rules')
    .map((item, index) => ({ item, index, priority: numberOf(item, 'priority') ?? 0 }))
    .sort((left, right) => right.priority - left.priority || left.index - right.index)
    .flatMap(({ item }) => readRule(item, { taken, report, limits }));
  reportKeys(root, report);
  const defaults = entryOf(root, 'defaults');
  const named = textAt(root, 'default_action') ?? textAt(defaults, 'action');
  const otherwise =
    named === 'allow' || named === 'audit' || named === 'log' || named === 'warn' ? 'allow' : 'deny';
  if (named === undefined)
    report.push({
      kind: 'changed',
      place: root.place,
      what: 'default_action',
      why: 'none is given; what no rule matches is denied',
    });
  const translation: Translation = {
    known: knownTools(options.tools),
    ...(options.server === undefined ? {} : { server: options.server }),
    pack: PACK,
    patterns: [],
    meaningOf,
  };
  const place = (defaults ?? entryOf(root, 'default_action') ?? root).place;
  const cedar = assemble({ rules, otherwise, place }, translation, options.tools, report);
  return { cedar, limits, patterns: translation.patterns, report };
}

function meaningOf(field: readonly string[]): Meaning | undefined {
  const path = field.join('.');
  if (TOOL_FIELDS.has(path)) return { kind: 'tool' };
  if (AGENT_FIELDS.has(path)) return { kind: 'agent' };
  if (path === 'user_id' || path === 'user.id') return { kind: 'user' };
  if (path === 'user.role' || path === 'user.roles' || path === 'role') return { kind: 'roles' };
  const [first = '', ...steps] = field;
  return ARGUMENTS.has(first) && steps.length > 0 ? { kind: 'argument', steps } : undefined;
}

interface Reading {
  readonly taken: Set<string>;
  readonly report: ImportNote[];
  readonly limits: LimitDeclaration[];
}

function readRule(item: PlacedValue, { taken, report, limits }: Reading): readonly ForeignRule[] {
  const name = textAt(item, 'name') ?? 'rule';
  const id = `${PACK}.${idPart(name, taken)}`;
  const { place } = item;
  const enabled = entryOf(item, 'enabled');
  if (enabled?.kind === 'scalar' && enabled.value === false) {
    report.push({ kind: 'lost', place, what: id, why: 'it is not enabled' });
    return [];
  }
  const condition = readCondition(entryOf(item, 'condition'));
  const stage = textAt(item, 'stage');
  const isLate = stage !== undefined && stage !== 'pre_tool';
  const message = textAt(item, 'message') ?? textAt(item, 'description');
  const base = {
    id,
    place,
    condition: isLate ? ({ kind: 'unknown', why: `it is for the stage \`${stage}\`` } as const) : condition,
    scope: recognisable(condition, (field) => ['tool', 'agent'].includes(meaningOf(field)?.kind ?? '')),
    ...(message === undefined || message === '' ? {} : { reason: message }),
  };
  const action = (textAt(item, 'action') ?? 'deny').toLowerCase().replaceAll('_', '');
  switch (action) {
    case 'allow':
      return [{ ...base, effect: 'allow' }];
    case 'audit':
    case 'log':
    case 'warn':
      report.push({
        kind: 'changed',
        place,
        what: id,
        why: `\`${action}\` permits; every decision is recorded anyway`,
      });
      return [{ ...base, effect: 'allow' }];
    case 'requireapproval': {
      const approvers = listOf(item, 'approvers').flatMap((one) =>
        constantsOf(one).flatMap((value) => (value.kind === 'string' ? [value.text] : [])),
      );
      const named = approvers.filter((one) => /^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/.test(one));
      const list = named.length === 0 ? [] : [['approvers', named.join(',')] as const];
      return [{ ...base, effect: 'approve', annotations: [['verdict', 'step_up'], ...list] }];
    }
    case 'ratelimit':
      limits.push(...readLimit(item, id, report));
      return [{ ...base, effect: 'allow' }];
    case 'deny':
    case 'block':
      return [{ ...base, effect: 'deny' }];
    default:
      report.push({
        kind: 'stricter',
        place,
        what: id,
        why: `the action \`${action}\` is not known; A RULE IS NOT CARRIED OVER: it denies instead`,
      });
      return [{ ...base, effect: 'deny' }];
  }
}

/** `100/hour`. The limit counts all calls, because a limit has no condition of its own; that is stricter. */
function readLimit(item: PlacedValue, id: string, report: ImportNote[]): readonly LimitDeclaration[] {
  const text = textAt(item, 'limit') ?? '';
  const match = /^(\d{1,9})\s*\/\s*(s|sec|second|m|min|minute|h|hour|d|day)$/.exec(text);
  const per = { s: '1s', m: '1m', h: '1h', d: '1d' }[match?.[2]?.[0] ?? ''];
  try {
    const name = id
      .replace(/[^a-z0-9]+/gi, '_')
      .toLowerCase()
      .slice(0, 40);
    const limits =
      match === null || per === undefined
        ? []
        : parseLimits([{ id: name, kind: 'rate', amount: match[1], per }], 'limit', new Set(LIMIT_MEASURES));
    const why =
      limits.length === 0
        ? `the limit \`${text}\` is not understood; CALLS ARE NOT LIMITED BY IT`
        : 'the limit counts all calls of an agent, not only those of the rule';
    report.push({ kind: limits.length === 0 ? 'lost' : 'stricter', place: item.place, what: id, why });
    return limits;
  } catch (thrown) {
    if (!isFault(thrown)) throw thrown;
    report.push({
      kind: 'lost',
      place: item.place,
      what: id,
      why: `${thrown.message}; CALLS ARE NOT LIMITED BY IT`,
    });
    return [];
  }
}

function readCondition(value: PlacedValue | undefined): Condition {
  if (value?.kind === 'scalar' && typeof value.value === 'string') return parseExpression(value.value);
  if (value?.kind !== 'map') return { kind: 'unknown', why: 'it has no condition that can be read' };
  for (const [name, kind] of [
    ['all', 'all'],
    ['and', 'all'],
    ['any', 'any'],
    ['or', 'any'],
  ] as const) {
    const parts = entryOf(value, name);
    if (parts !== undefined) return { kind, parts: listOf(value, name).map(readCondition) };
  }
  const field = textAt(value, 'field');
  const operator = textAt(value, 'operator') ?? '';
  const comparison = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  const values = constantsOf(entryOf(value, 'value'));
  if (field === undefined || comparison === undefined || values.length === 0)
    return { kind: 'unknown', why: `the operator \`${operator}\`, its field or its value is not known` };
  return { kind: 'test', field: field.split('.'), comparison, values };
}

/** Keys that say something about who or where a policy holds, or that set limits, which nothing here carries over. */
function reportKeys(root: PlacedValue, report: ImportNote[]): void {
  const known = ['apiVersion', 'version', 'name', 'description', 'rules', 'default_action', 'defaults'];
  if (root.kind !== 'map') return;
  for (const [name, { place, value }] of root.entries) {
    if (known.includes(name)) continue;
    const isAll =
      name === 'agents' && constantsOf(value).every((one) => one.kind === 'string' && one.text === '*');
    const isGlobal = name === 'scope' && textAt(root, 'scope') === 'global';
    if (!isAll && !isGlobal)
      report.push({
        kind: 'changed',
        place,
        what: name,
        why: 'it is not carried over; the policies hold for every agent and place',
      });
  }
  const defaults = entryOf(root, 'defaults');
  if (defaults?.kind !== 'map') return;
  for (const [name, { place }] of defaults.entries) {
    if (name !== 'action')
      report.push({
        kind: 'lost',
        place,
        what: `defaults.${name}`,
        why: 'a bound on runs, not on calls; declare a limit',
      });
  }
}
