/** Policies of each rule. */
import type { ArgumentConstraint, PackRule, ToolPatterns } from '../form/index.ts';
import { compileRegex } from '../../patterns/index.ts';
import { conditionOf, resolveArgument, violationOf } from './arguments.ts';
import { withinHours } from './hours.ts';
import { hostListed, pathAllowed, pathRefused } from './places.ts';
import { type Compilation, declarePattern } from './scope.ts';
import { forbidSubjects, permitSubjects, type SubjectText, whenOf } from './subjects.ts';
import { allOf, anyOf, entity, list, literalPattern, not, patternLiteral, type PolicyText } from './text.ts';
import { actionScope, expandTools, type ToolSet } from './tools.ts';

type RuleOf<Verb extends PackRule['verb']> = PackRule & { readonly verb: Verb };

/** The policies of `rule`, most often one; none after a problem, or where its tools do not exist. */
export function compileRule(rule: PackRule, compilation: Compilation): readonly PolicyText[] {
  switch (rule.verb) {
    case 'allow':
      return compileAllow(rule, compilation);
    case 'deny':
      return compileSelective(rule, compilation, []);
    case 'approve':
      return compileSelective(rule, compilation, approvalOf(rule));
    case 'constrain':
      return compileConstrain(rule, compilation);
    case 'block':
      return compileBlock(rule, compilation);
    case 'domains':
      return rule.target.kind === 'resource'
        ? compileHosts(rule, compilation)
        : compilePlaces(rule, compilation);
    case 'paths':
      return rule.target.kind === 'resource'
        ? compileFiles(rule, compilation, rule.target.access)
        : compilePlaces(rule, compilation);
    case 'hours':
      return restrict(rule, expand(rule, rule.tools, false, compilation), compilation, [
        not(withinHours(rule)),
      ]);
    default:
      return rule satisfies never;
  }
}

/** The id of the policy of `rule`; `part` where it has several. */
function idOf(rule: PackRule, { pack }: Compilation, part?: string): string {
  return part === undefined ? `${pack}.${rule.id}` : `${pack}.${rule.id}.${part}`;
}

function base(
  rule: PackRule,
  compilation: Compilation,
  part?: string,
): Omit<PolicyText, 'action' | 'resource'> {
  const { file } = compilation;
  return {
    id: idOf(rule, compilation, part),
    effect: 'permit',
    comment: `${file}:${rule.place.line} ${rule.verb}${part === undefined ? '' : `, ${part}`}`,
    annotations: [
      ...(rule.reason === undefined ? [] : [['reason', rule.reason] as const]),
      ...(rule.controls.length === 0 ? [] : [['control', rule.controls.join(',')] as const]),
    ],
    principal: 'principal',
  };
}

/** A permit for the call, one to see the tools in lists, one to get their results. */
function compileAllow(rule: RuleOf<'allow'>, compilation: Compilation): readonly PolicyText[] {
  const use = { kind: 'allow', readsArguments: true } as const;
  const { tools } = expandTools(rule.tools, use, compilation.known, compilation.issues);
  if (tools.length === 0) return [];
  const { principal, conditions } = permitSubjects(rule);
  const where = conditionOf(rule.where, tools, compilation);
  const names = list(tools.map((id) => entity('Tool', id)));
  const [only, second] = tools;
  const resource =
    only !== undefined && second === undefined ? `resource == ${entity('Tool', only)}` : 'resource is Tool';
  const isOne = second !== undefined ? [`resource in ${names}`] : [];
  const obligations = [
    ...(rule.redact.length === 0 ? [] : [['redact', rule.redact.join(',')] as const]),
    ...(rule.label.length === 0 ? [] : [['label', rule.label.join(',')] as const]),
  ];
  const results = base(rule, compilation, 'results');
  return [
    {
      ...base(rule, compilation),
      principal,
      action: actionScope(tools),
      resource: 'resource',
      ...whenOf([...conditions, where]),
    },
    {
      ...base(rule, compilation, 'listed'),
      principal,
      action: `action == ${entity('Action', 'tools/list')}`,
      resource,
      ...whenOf([...isOne, ...conditions]),
    },
    {
      ...results,
      annotations: [...obligations, ...results.annotations],
      principal,
      action: `action == ${entity('Action', 'results/deliver')}`,
      resource,
      ...whenOf([...isOne, ...conditions]),
    },
  ];
}

function approvalOf(rule: RuleOf<'approve'>): PolicyText['annotations'] {
  return [
    ['verdict', 'step_up'],
    ...(rule.approvers.length === 0 ? [] : [['approvers', rule.approvers.join(',')] as const]),
    ...(rule.quorum === 1 ? [] : [['quorum', String(rule.quorum)] as const]),
    ...(rule.timeout === undefined ? [] : [['timeout', rule.timeout] as const]),
  ];
}

/** A forbid of tools where all conditions hold. */
function compileSelective(
  rule: RuleOf<'deny' | 'approve'>,
  compilation: Compilation,
  annotations: PolicyText['annotations'],
): readonly PolicyText[] {
  const set = expand(rule, rule.tools, rule.where.length > 0, compilation);
  const conditions = conditionsOf(rule.where, set, compilation);
  return restrict(rule, set, compilation, conditions, annotations);
}

function conditionsOf(
  where: readonly ArgumentConstraint[],
  { tools }: ToolSet,
  compilation: Compilation,
): readonly string[] {
  const condition = conditionOf(where, tools, compilation);
  return condition === undefined ? [] : [condition];
}

function compileConstrain(rule: RuleOf<'constrain'>, compilation: Compilation): readonly PolicyText[] {
  const set = expand(rule, rule.tools, true, compilation);
  const { tools } = set;
  const violation = violationOf(rule.arguments, { tools, name: idOf(rule, compilation) }, compilation);
  return violation === undefined ? [] : restrict(rule, set, compilation, [violation]);
}

function compileBlock(rule: RuleOf<'block'>, compilation: Compilation): readonly PolicyText[] {
  const set = expand(rule, rule.tools, true, compilation);
  const condition = blockCondition(rule, set, compilation);
  return condition === undefined ? [] : restrict(rule, set, compilation, [condition]);
}

/** `like` where Cedar can say it, else a pattern that is looked for before the decision. */
function blockCondition(
  { pattern, argument: path, ...rule }: RuleOf<'block'>,
  { tools }: ToolSet,
  compilation: Compilation,
): string | undefined {
  const { kind, text, ignoreCase } = pattern;
  const argument = path === undefined ? undefined : resolveArgument(path, tools, compilation);
  if (path !== undefined && argument === undefined) return undefined;
  const isText = argument !== undefined && (argument.type === undefined || argument.type.kind === 'string');
  if (isText && kind !== 'regex' && !ignoreCase) {
    const like = `${argument.read} like ${kind === 'glob' ? patternLiteral(text) : literalPattern('*', text, '*')}`;
    return allOf([...(argument.present === undefined ? [] : [argument.present]), like]);
  }
  const where = { tools, argument: path?.steps ?? [] };
  const name = `${compilation.pack}.${rule.id}`;
  if (kind === 'glob') return declarePattern(compilation, name, where, { kind, glob: text, ignoreCase });
  const source = kind === 'regex' ? text : text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
  const compiled = compileRegex(source, ignoreCase);
  if (compiled.ok) return declarePattern(compilation, name, where, { kind: 'regex', source, ignoreCase });
  return compilation.issues.refuse(pattern.place, `the pattern is refused: ${compiled.message}`);
}

/** Domains or paths in an argument. */
function compilePlaces(rule: RuleOf<'domains' | 'paths'>, compilation: Compilation): readonly PolicyText[] {
  const { target } = rule;
  if (target.kind === 'resource') return [];
  const set = expand(rule, target.tools, true, compilation);
  const argument = resolveArgument(target.argument, set.tools, compilation);
  if (argument === undefined || set.tools.length === 0)
    return restrict(rule, { ...set, tools: [] }, compilation, []);
  const { present, read, type } = argument;
  if (
    type !== undefined &&
    type.kind !== 'string' &&
    !(type.kind === 'set' && type.element.kind === 'string')
  )
    return (
      compilation.issues.refuse(
        target.argument.place,
        `\`${target.argument.text}\` is ${type.kind}, not a text or a list of texts`,
        undefined,
        'policy.type',
      ) ?? []
    );
  const lists = { never: rule.never, ...(rule.only === undefined ? {} : { only: rule.only }) };
  const where = { tools: set.tools, argument: target.argument.steps };
  const refused =
    rule.verb === 'paths' && type?.kind !== 'set'
      ? pathRefused(read, lists)
      : declarePattern(compilation, idOf(rule, compilation), where, {
          kind: rule.verb === 'paths' ? 'path' : 'host',
          ...lists,
        });
  if (present === undefined) return restrict(rule, set, compilation, [refused]);
  const absent = target.required ? `!(${present}) || ${refused}` : `${present} && (${refused})`;
  return restrict(rule, set, compilation, [absent]);
}

/** Hosts that actions reach by themselves: `only` permits those and forbids the rest. */
function compileHosts(rule: RuleOf<'domains' | 'paths'>, compilation: Compilation): readonly PolicyText[] {
  const scope = {
    action: `action in [${['network/egress', 'model/call'].map((id) => entity('Action', id)).join(', ')}]`,
    resource: 'resource is Host',
  };
  const listed = (hosts: readonly string[]): string => hostListed('resource.name', hosts);
  const refused = [
    ...(rule.only === undefined ? [] : [not(listed(rule.only))]),
    ...(rule.never.length === 0 ? [] : [listed(rule.never)]),
  ];
  const allowed = rule.only === undefined ? undefined : listed(rule.only);
  return resourcePolicies(rule, compilation, scope, { refused: anyOf(refused) ?? 'false', allowed });
}

/** Files that actions touch by themselves. */
function compileFiles(
  rule: RuleOf<'domains' | 'paths'>,
  compilation: Compilation,
  access: 'read' | 'write' | undefined,
): readonly PolicyText[] {
  const actions = (['read', 'write'] as const).filter((one) => access === undefined || one === access);
  const scope = { action: actionScope(actions.map((one) => `file/${one}`)), resource: 'resource is File' };
  const lists = { never: rule.never, ...(rule.only === undefined ? {} : { only: rule.only }) };
  return resourcePolicies(rule, compilation, scope, {
    refused: pathRefused('resource.path', lists),
    allowed: rule.only === undefined ? undefined : pathAllowed('resource.path', lists),
  });
}

function resourcePolicies(
  rule: RuleOf<'domains' | 'paths'>,
  compilation: Compilation,
  scope: { readonly action: string; readonly resource: string },
  conditions: { readonly refused: string; readonly allowed: string | undefined },
): readonly PolicyText[] {
  const forbid = forbidSubjects(rule);
  const permit = permitSubjects(rule);
  const { refused, allowed } = conditions;
  const permitted: readonly PolicyText[] =
    allowed === undefined
      ? []
      : [
          {
            ...base(rule, compilation, 'allowed'),
            ...scope,
            principal: permit.principal,
            ...whenOf([...permit.conditions, allowed]),
          },
        ];
  return [
    {
      ...base(rule, compilation),
      ...scope,
      effect: 'forbid',
      principal: forbid.principal,
      ...whenOf([...forbid.conditions, refused]),
    },
    ...permitted,
  ];
}

/** The tools of a rule that restricts; servers of which later tools may be meant are noted. */
function expand(
  rule: PackRule,
  patterns: ToolPatterns,
  readsArguments: boolean,
  compilation: Compilation,
): ToolSet {
  const set = expandTools(
    patterns,
    { kind: 'restrict', readsArguments },
    compilation.known,
    compilation.issues,
  );
  for (const server of set.open) {
    compilation.open.set(server, [...(compilation.open.get(server) ?? []), rule.id]);
  }
  return set;
}

/** Forbids over exact tools, and over whole servers. */
function restrict(
  rule: PackRule,
  { tools, whole }: ToolSet,
  compilation: Compilation,
  conditions: readonly string[],
  annotations: PolicyText['annotations'] = [],
): readonly PolicyText[] {
  const subjects: SubjectText = forbidSubjects(rule);
  const scopes = [
    ...(tools.length === 0 ? [] : [{ action: actionScope(tools), resource: 'resource' }]),
    ...whole.map((server) => ({
      action: `action in ${entity('Action', 'tools/call')}`,
      resource: server === '*' ? 'resource' : `resource == ${entity('Server', server)}`,
    })),
  ];
  return scopes.map((scope, index) => {
    const text = base(rule, compilation, index === 0 ? undefined : String(index + 1));
    return {
      ...text,
      ...scope,
      effect: 'forbid',
      annotations: [...annotations, ...text.annotations],
      principal: subjects.principal,
      ...whenOf([...subjects.conditions, ...conditions]),
    };
  });
}
