/** Imports the MCP authorisation of agentgateway: rules in CEL, as far as they translate. */
import { knownTools } from '../cedar/index.ts';
import { type PlacedValue, readYaml } from '../form/index.ts';
import { IssueList } from '../issues.ts';
import { assemble, every, type ForeignRule, recognisable } from './assemble.ts';
import { type Condition, type Meaning, parseExpression, type Translation } from './language/index.ts';
import { entryOf, listOf, refusal, textAt } from './placed.ts';
import type { ImportedPolicies, ImportNote, ImportOptions } from './report.ts';

const PACK = 'agentgateway';
/** Most blocks of rules looked for in one file. */
const MAX_BLOCKS = 100;
const ROLES: ReadonlySet<string> = new Set(['jwt.roles', 'jwt.groups', 'jwt.role']);

interface Block {
  readonly place: PlacedValue['place'];
  readonly rules: readonly { readonly kind: 'allow' | 'deny' | 'require'; readonly value: PlacedValue }[];
  /** The target the block belongs to, where it stands in one. */
  readonly target?: string;
}

/**
 * The policies of `text`: `mcpAuthorization` of a configuration, or `mcp.authorization` of an AgentgatewayPolicy. A call was permitted where no
 * `deny` and every `require` held, and an `allow` did or there was none. `mcp.tool.name` is the tool, `mcp.tool.target` the server, `jwt.sub` the person,
 * `jwt.roles` and `jwt.groups` the roles. A rule that failed to evaluate there did not match; a `deny` on a claim that is missing therefore
 * does not match here either.
 */
export function importAgentgateway(text: string, options: ImportOptions = {}): ImportedPolicies {
  const file = options.file ?? 'config.yaml';
  const issues = new IssueList();
  const root = readYaml({ name: file, text }, issues);
  const blocks: Block[] = [];
  if (root !== undefined) findBlocks(root, undefined, blocks);
  if (issues.problems.length > 0 || blocks.length === 0)
    return refusal(file, issues, 'it has no `mcpAuthorization`');
  const report: ImportNote[] = [];
  const [first] = blocks;
  if (blocks.length > 1 && blocks.some(({ target }) => target === undefined)) {
    const place = first?.place ?? { file, line: 1, column: 1 };
    const why =
      'several blocks of rules stand in different routes, which are not told apart here; NOTHING IS IMPORTED, split the file';
    return {
      cedar: '',
      limits: [],
      patterns: [],
      report: [{ kind: 'lost', place, what: 'mcpAuthorization', why }],
    };
  }
  const translation: Translation = {
    known: knownTools(options.tools),
    ...(options.server === undefined ? {} : { server: options.server }),
    pack: PACK,
    patterns: [],
    meaningOf,
  };
  const rules = blocks.flatMap((block, index) => rulesOf(block, `${PACK}.${index + 1}`));
  const place = first?.place ?? { file, line: 1, column: 1 };
  const cedar = assemble({ rules, otherwise: 'deny', place }, translation, options.tools, report);
  return { cedar, limits: [], patterns: translation.patterns, report };
}

function meaningOf(field: readonly string[]): Meaning | undefined {
  const path = field.join('.');
  if (path === 'mcp.tool.name') return { kind: 'tool' };
  if (path === 'mcp.tool.target') return { kind: 'server' };
  if (path === 'jwt.sub') return { kind: 'user' };
  if (ROLES.has(path)) return { kind: 'roles' };
  const isArgument = ['mcp', 'tool', 'arguments'].every((step, index) => field[index] === step);
  const steps = field.slice(3);
  return isArgument && steps.length > 0 ? { kind: 'argument', steps } : undefined;
}

/** Rules in the order in which they decided: what denies, what is required, what allows. */
function rulesOf({ rules, target, place }: Block, id: string): readonly ForeignRule[] {
  const inTarget: readonly Condition[] =
    target === undefined
      ? []
      : [
          {
            kind: 'test',
            field: ['mcp', 'tool', 'target'],
            comparison: 'eq',
            values: [{ kind: 'string', text: target }],
          },
        ];
  const made = rules.map(({ kind, value }, index): ForeignRule & { readonly rank: number } => {
    const expression = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
    const parsed = parseExpression(expression);
    const condition: Condition = kind === 'require' ? { kind: 'not', part: parsed } : parsed;
    const known =
      kind === 'require'
        ? []
        : [recognisable(parsed, (field) => ['tool', 'server'].includes(meaningOf(field)?.kind ?? ''))];
    return {
      id: `${id}.${kind}-${index + 1}`,
      place: value.place,
      effect: kind === 'allow' ? 'allow' : 'deny',
      condition: every([...inTarget, condition]),
      scope: every([...inTarget, ...known]),
      rank: { deny: 0, require: 1, allow: 2 }[kind],
    };
  });
  const ordered: readonly ForeignRule[] = made.sort((left, right) => left.rank - right.rank);
  if (rules.some(({ kind }) => kind === 'allow')) return ordered;
  // With no rule that allows, what nothing denies was allowed.
  return [...ordered, { id: `${id}.allow-rest`, place, effect: 'allow', condition: every(inTarget) }];
}

function findBlocks(value: PlacedValue, target: string | undefined, blocks: Block[]): void {
  if (blocks.length >= MAX_BLOCKS) return;
  if (value.kind === 'list') {
    for (const item of value.items) findBlocks(item, target, blocks);
    return;
  }
  if (value.kind !== 'map') return;
  for (const [name, { value: inner }] of value.entries) {
    const found = name === 'mcpAuthorization' ? standalone(inner, target) : kubernetes(name, inner, target);
    if (found !== undefined) blocks.push(found);
    else if (name === 'targets' && inner.kind === 'list')
      for (const item of inner.items) findBlocks(item, textAt(item, 'name') ?? target, blocks);
    else findBlocks(inner, target, blocks);
  }
}

function standalone(value: PlacedValue, target: string | undefined): Block {
  const rules = listOf(value, 'rules').map((item): Block['rules'][number] => {
    const kind = (['allow', 'deny', 'require'] as const).find((one) => entryOf(item, one) !== undefined);
    const inner = kind === undefined ? undefined : entryOf(item, kind);
    return { kind: kind ?? 'allow', value: inner ?? item };
  });
  return { place: value.place, rules, ...(target === undefined ? {} : { target }) };
}

/** `authorization: { action: Deny, policy: { matchExpressions: […] } }`. */
function kubernetes(name: string, value: PlacedValue, target: string | undefined): Block | undefined {
  const expressions = name === 'authorization' ? listOf(entryOf(value, 'policy'), 'matchExpressions') : [];
  if (expressions.length === 0) return undefined;
  const action = textAt(value, 'action')?.toLowerCase();
  const kind = action === 'deny' ? 'deny' : action === 'require' ? 'require' : 'allow';
  const rules = expressions.map((item) => ({ kind, value: item }) as const);
  return { place: value.place, rules, ...(target === undefined ? {} : { target }) };
}
