/** Imports policies of Authensor: JSON with ordered rules of effect and condition. */
import { isFault } from '../../../kernel/index.ts';
import { LIMIT_MEASURES, type LimitDeclaration, parseLimits } from '../../../model/index.ts';
import { knownTools } from '../cedar/index.ts';
import { type PlacedValue, readYaml } from '../form/index.ts';
import { IssueList } from '../issues.ts';
import { assemble, every, type ForeignRule, idPart, recognisable } from './assemble.ts';
import type { Comparison, Condition, Meaning, Translation } from './language/index.ts';
import { constantsOf, entryOf, listOf, numberOf, refusal, textAt } from './placed.ts';
import type { ImportedPolicies, ImportNote, ImportOptions } from './report.ts';

const PACK = 'authensor';
const OPERATORS: Readonly<Record<string, Comparison>> = {
  eq: 'eq',
  gt: 'gt',
  gte: 'gte',
  lt: 'lt',
  lte: 'lte',
  in: 'in',
  contains: 'contains',
  startsWith: 'starts_with',
  endsWith: 'ends_with',
  matches: 'matches',
};
/** Operators that hold of what is absent too: the opposite of another one. */
const OPPOSITES: Readonly<Record<string, Comparison>> = { neq: 'eq', notIn: 'in' };
const KEYS = [
  'id',
  'name',
  'description',
  'version',
  'enabled',
  'priority',
  'scope',
  'rules',
  'defaultEffect',
  'metadata',
];

interface Reading {
  readonly taken: Set<string>;
  readonly report: ImportNote[];
  readonly limits: LimitDeclaration[];
}

/**
 * The policies of `text`, one policy or a list of them. `action.type` is taken for the tool, as `server/tool`, `server.tool`, `mcp.server.tool` or
 * the tool's name alone; `principal.id` for the agent; `action.parameters` for the arguments. Everything else is reported.
 */
export function importAuthensor(text: string, options: ImportOptions = {}): ImportedPolicies {
  const file = options.file ?? 'policy.json';
  const issues = new IssueList();
  const root = readYaml({ name: file, text }, issues);
  const policies = root?.kind === 'list' ? root.items : root === undefined ? [] : [root];
  const isPolicy = policies.every(
    (one) => textAt(one, 'id') !== undefined && entryOf(one, 'rules')?.kind === 'list',
  );
  if (issues.problems.length > 0 || root === undefined || policies.length === 0 || !isPolicy)
    return refusal(file, issues, 'it is not a policy with `id` and `rules`');
  const reading: Reading = { taken: new Set(), report: [], limits: [] };
  const rules = [...policies]
    .sort((left, right) => (numberOf(right, 'priority') ?? 0) - (numberOf(left, 'priority') ?? 0))
    .flatMap((policy) => readPolicy(policy, reading));
  const translation: Translation = {
    known: knownTools(options.tools),
    ...(options.server === undefined ? {} : { server: options.server }),
    pack: PACK,
    patterns: [],
    meaningOf,
    namesOf: (id) => [id.replace('/', '.'), `mcp.${id.replace('/', '.')}`],
  };
  const { report, limits } = reading;
  const cedar = assemble({ rules, otherwise: 'deny', place: root.place }, translation, options.tools, report);
  return { cedar, limits, patterns: translation.patterns, report };
}

function meaningOf(field: readonly string[]): Meaning | undefined {
  const path = field.join('.');
  if (path === 'action.type') return { kind: 'tool' };
  if (path === 'principal.id') return { kind: 'agent' };
  const prefix = [['action', 'parameters'], ['parameters']].find((one) =>
    one.every((step, index) => field[index] === step),
  );
  const steps = prefix === undefined ? [] : field.slice(prefix.length);
  return steps.length === 0 ? undefined : { kind: 'argument', steps };
}

function readPolicy(policy: PlacedValue, reading: Reading): readonly ForeignRule[] {
  const { report, taken } = reading;
  const name = textAt(policy, 'id') ?? 'policy';
  const enabled = entryOf(policy, 'enabled');
  if (enabled?.kind === 'scalar' && enabled.value === false) {
    report.push({ kind: 'lost', place: policy.place, what: name, why: 'it is not enabled' });
    return [];
  }
  for (const [key, { place }] of policy.kind === 'map' ? policy.entries : []) {
    if (!KEYS.includes(key))
      report.push({
        kind: 'lost',
        place,
        what: `${name}: ${key}`,
        why: 'it is not carried over; DECLARE A LIMIT OR A RULE FOR WHAT IT DENIED',
      });
  }
  const scope = readScope(entryOf(policy, 'scope'), name, report);
  const rules = listOf(policy, 'rules').flatMap((item) => readRule(item, scope, reading));
  const standard = textAt(policy, 'defaultEffect') === 'allow' ? 'allow' : 'deny';
  if (standard === 'allow')
    report.push({
      kind: 'changed',
      place: policy.place,
      what: `${name}: defaultEffect`,
      why: 'what no rule matches is allowed, as it was; think of denying it',
    });
  const rest: ForeignRule = {
    id: `${PACK}.${idPart(`${name}-default`, taken)}`,
    place: entryOf(policy, 'defaultEffect')?.place ?? policy.place,
    effect: standard,
    condition: scope,
    scope,
  };
  // Without a rule what nothing permits is denied anyway.
  return standard === 'allow' ? [...rules, rest] : rules;
}

/** Globs of types: `*` within a step, `**` over steps. */
function readScope(scope: PlacedValue | undefined, name: string, report: ImportNote[]): Condition {
  if (scope?.kind !== 'map') return { kind: 'always' };
  for (const [key, { place }] of scope.entries) {
    if (key !== 'actionTypes')
      report.push({
        kind: 'changed',
        place,
        what: `${name}: scope.${key}`,
        why: 'it is not carried over; the policies hold for all of them',
      });
  }
  const globs = constantsOf(entryOf(scope, 'actionTypes')).flatMap((one) =>
    one.kind === 'string' ? [one.text] : [],
  );
  if (globs.length === 0) return { kind: 'always' };
  const values = globs.map((glob) => ({ kind: 'string' as const, text: sourceOf(glob) }));
  return { kind: 'test', field: ['action', 'type'], comparison: 'matches', values };
}

function sourceOf(glob: string): string {
  const steps = glob.split('**').map((part) =>
    part
      .split('*')
      .map((piece) => piece.replace(/[\\^$.+?()[\]{}|]/g, '\\$&'))
      .join('[^.]*'),
  );
  return `^${steps.join('.*')}$`;
}

function readRule(item: PlacedValue, scope: Condition, reading: Reading): readonly ForeignRule[] {
  const { taken, report, limits } = reading;
  const id = `${PACK}.${idPart(textAt(item, 'id') ?? 'rule', taken)}`;
  const { place } = item;
  const own = readCondition(entryOf(item, 'condition'), true);
  const isKnown = (field: readonly string[]): boolean =>
    ['tool', 'agent'].includes(meaningOf(field)?.kind ?? '');
  const description = textAt(item, 'description') ?? textAt(item, 'name');
  const base = {
    id,
    place,
    condition: scope.kind === 'always' ? own : every([scope, own]),
    scope: every([scope, recognisable(own, isKnown)]),
    ...(description === undefined || description === '' ? {} : { reason: description }),
  };
  if (entryOf(item, 'rateLimit') !== undefined) limits.push(...readLimit(item, id, report));
  const effect = textAt(item, 'effect');
  if (effect === 'allow') return [{ ...base, effect }];
  if (effect === 'require_approval')
    return [{ ...base, effect: 'approve', annotations: approvalOf(item, id, report) }];
  if (effect !== 'deny') {
    const why = 'its effect is not known; A RULE IS NOT CARRIED OVER: it denies instead';
    report.push({ kind: 'stricter', place, what: id, why });
  }
  return [{ ...base, effect: 'deny' }];
}

function approvalOf(
  item: PlacedValue,
  id: string,
  report: ImportNote[],
): readonly (readonly [string, string])[] {
  const config = entryOf(item, 'approvalConfig');
  const approvers = listOf(config, 'approvers').flatMap((one) => textAt(one, 'id') ?? []);
  const odd = approvers.filter((one) => !/^[A-Za-z0-9][A-Za-z0-9._:/@-]{0,127}$/.test(one));
  const quorum = numberOf(config, 'requiredApprovals') ?? 1;
  const expires = /^(\d{1,6})([smhd])$/.exec(textAt(config, 'expiresIn') ?? '');
  const timeout = expires?.[2] === 'd' ? `${Number(expires[1]) * 24}h` : (expires?.[0] ?? '');
  if (odd.length > 0 || quorum > 16)
    report.push({
      kind: 'changed',
      place: item.place,
      what: id,
      why: 'approvers or their number cannot be written here; any approver, at most 16',
    });
  const named = approvers.filter((one) => !odd.includes(one));
  return [
    ['verdict', 'step_up'],
    ...(named.length === 0 ? [] : [['approvers', named.join(',')] as const]),
    ...(quorum <= 1 ? [] : [['quorum', String(Math.min(quorum, 16))] as const]),
    ...(timeout === '' || timeout.startsWith('0') ? [] : [['timeout', timeout] as const]),
  ];
}

/** A limit has no condition of its own, so it counts more calls than the rule did. */
function readLimit(item: PlacedValue, id: string, report: ImportNote[]): readonly LimitDeclaration[] {
  const config = entryOf(item, 'rateLimit');
  const scope = textAt(config, 'scope') ?? 'principal';
  const key = { principal: ['principal'], action: ['tool'], global: [] }[scope] ?? ['principal'];
  const name = id
    .replace(/[^a-z0-9]+/gi, '_')
    .toLowerCase()
    .slice(0, 40);
  const amount = numberOf(config, 'requests');
  try {
    const limits = parseLimits(
      [{ id: name, kind: 'quota', amount, per: textAt(config, 'window'), key }],
      'rateLimit',
      new Set(LIMIT_MEASURES),
    );
    report.push({
      kind: 'stricter',
      place: item.place,
      what: id,
      why: 'the limit counts all calls, not only those of the rule',
    });
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

function readCondition(value: PlacedValue | undefined, isTop = false): Condition {
  if (value === undefined)
    return isTop ? { kind: 'always' } : { kind: 'unknown', why: 'a condition is missing' };
  if (value.kind !== 'map') return { kind: 'unknown', why: 'it has no condition that can be read' };
  for (const kind of ['all', 'any'] as const) {
    if (entryOf(value, kind) !== undefined)
      return { kind, parts: listOf(value, kind).map((one) => readCondition(one)) };
  }
  const negated = entryOf(value, 'not');
  if (negated !== undefined) return { kind: 'not', part: readCondition(negated) };
  const field = textAt(value, 'field')?.split('.');
  const operator = textAt(value, 'operator') ?? '';
  if (field === undefined || operator === '')
    return value.entries.size === 0
      ? { kind: 'always' }
      : { kind: 'unknown', why: 'a condition has no field or no operator' };
  const target = entryOf(value, 'value');
  if (operator === 'exists') {
    const wanted = target?.kind === 'scalar' && target.value !== false && target.value !== null;
    return wanted ? { kind: 'has', field } : { kind: 'not', part: { kind: 'has', field } };
  }
  const values = constantsOf(target);
  const opposite = Object.hasOwn(OPPOSITES, operator) ? OPPOSITES[operator] : undefined;
  const comparison = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : opposite;
  if (comparison === undefined || values.length === 0)
    return { kind: 'unknown', why: `the operator \`${operator}\` or its value is not known` };
  const test: Condition = { kind: 'test', field, comparison, values };
  return opposite === undefined ? test : { kind: 'not', part: test };
}
