/** A least-privilege start from what agents did: permits for exactly the calls that were permitted, and nothing beside them. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { isPermitting, type PolicyQuery, type Verdict } from '../../model/index.ts';
import { type Expression, type PolicyTree, printPolicies } from '../language/index.ts';

/** One recorded question with what was answered. */
export interface ObservedQuestion {
  readonly query: PolicyQuery;
  readonly answer: { readonly verdict: Verdict };
}

/** A start. */
export interface GeneratedStart {
  /** Policies, for a person to read and widen. */
  readonly cedar: string;
  /** Calls that were looked at, and those of them that were permitted. */
  readonly calls: number;
  readonly permitted: number;
  /** Tools that were called with more than {@link MAX_VALUES} kinds of arguments, so that no permit as narrow as what was seen could be written. */
  readonly leftOut: readonly string[];
}

/** Most different arguments that one permit lists. */
const MAX_VALUES = 50;
const NOWHERE = { start: 0, end: 0 };

interface Seen {
  readonly agent: string;
  readonly tool: string;
  /** Arguments by their text: each is one kind of call. */
  readonly calls: Map<string, { readonly [name: string]: JsonValue }>;
}

/**
 * Permits for the calls in `questions` that were permitted: by agent and tool, each argument as it was seen. A call that was not seen is not
 * permitted, whatever it is near to. `argumentsOf` names the arguments a tool declares: those that were never given must be absent. Numbers with fractions, lists and objects are
 * tested for presence alone.
 */
export function generateStart(
  questions: Iterable<ObservedQuestion>,
  argumentsOf: (tool: string) => readonly string[] = () => [],
): GeneratedStart {
  const seen = new Map<string, Seen>();
  let [calls, permitted] = [0, 0];
  for (const { query, answer } of questions) {
    const tool = toolOf(query);
    if (tool === undefined) continue;
    calls += 1;
    if (!isPermitting(answer.verdict)) continue;
    permitted += 1;
    const agent = query.subject.agent.id;
    const key = JSON.stringify([agent, tool]);
    const known = seen.get(key) ?? {
      agent,
      tool,
      calls: new Map<string, { readonly [name: string]: JsonValue }>(),
    };
    seen.set(key, known);
    if (known.calls.size > MAX_VALUES) continue;
    const args = query.context.args ?? {};
    known.calls.set(canonicalJson(args), args);
  }
  const used = [...seen.values()].sort((one, other) => (idOf(one) < idOf(other) ? -1 : 1));
  const narrow = used.filter((one) => one.calls.size <= MAX_VALUES);
  const policies = narrow.flatMap((one) => [callPolicy(one, argumentsOf(one.tool)), resultPolicy(one)]);
  const leftOut = used.filter((one) => !narrow.includes(one)).map(({ tool }) => tool);
  return { cedar: printPolicies(policies), calls, permitted, leftOut: [...new Set(leftOut)] };
}

function toolOf({ phase, parts, initiator }: PolicyQuery): string | undefined {
  const [part] = parts;
  const isCall = phase === 'call' && initiator === 'agent' && part?.action.name === 'tools/call';
  return isCall ? part.resource.id : undefined;
}

/** All that was given has its value, where Cedar can compare it exactly; of `names`, what was not given is not there. */
function conditionOf(args: { readonly [name: string]: JsonValue }, names: readonly string[]): Expression {
  const tests = names.flatMap((name) => testsOf(name, Object.hasOwn(args, name) ? args[name] : undefined));
  const [first, ...others] = tests;
  return others.reduce<Expression>(
    (left, right) => ({ kind: 'and', left, right, ...NOWHERE }),
    first ?? { kind: 'bool', value: true, ...NOWHERE },
  );
}

const ARGS: Expression = {
  kind: 'get',
  target: { kind: 'variable', name: 'context', ...NOWHERE },
  attribute: 'args',
  ...NOWHERE,
};

function testsOf(name: string, value: JsonValue | undefined): readonly Expression[] {
  const there: Expression = { kind: 'has', target: ARGS, path: [name], ...NOWHERE };
  if (value === undefined || value === null) return [{ kind: 'not', operand: there, ...NOWHERE }];
  const literal = literalOf(value);
  if (literal === undefined) return [there];
  const left: Expression = { kind: 'get', target: ARGS, attribute: name, ...NOWHERE };
  return [there, { kind: 'binary', operator: '==', left, right: literal, ...NOWHERE }];
}

function literalOf(value: JsonValue): Expression | undefined {
  if (typeof value === 'string') return { kind: 'string', value, ...NOWHERE };
  if (typeof value === 'boolean') return { kind: 'bool', value, ...NOWHERE };
  return typeof value === 'number' && Number.isSafeInteger(value)
    ? { kind: 'long', value, ...NOWHERE }
    : undefined;
}

function callPolicy(one: Seen, declared: readonly string[]): PolicyTree {
  const given = [...one.calls.values()];
  const names = [...new Set([...declared, ...given.flatMap((args) => Object.keys(args))])].sort();
  const [first, ...others] = given.map((args) => conditionOf(args, names));
  const body = others.reduce<Expression>(
    (left, right) => ({ kind: 'or', left, right, ...NOWHERE }),
    first ?? { kind: 'bool', value: false, ...NOWHERE },
  );
  return policyOf(one, {
    id: idOf(one),
    action: one.tool,
    resource: { type: 'Server', id: serverOf(one.tool) },
    body,
  });
}

/** What was called may answer. */
function resultPolicy(one: Seen): PolicyTree {
  return policyOf(one, {
    id: `${idOf(one)}.results`,
    action: 'results/deliver',
    resource: { type: 'Tool', id: one.tool },
  });
}

interface Parts {
  readonly id: string;
  readonly action: string;
  readonly resource: { readonly type: string; readonly id: string };
  readonly body?: Expression;
}

function policyOf({ agent }: Seen, { id, action, resource, body }: Parts): PolicyTree {
  return {
    effect: 'permit',
    annotations: [{ name: 'id', value: id, ...NOWHERE }],
    principal: { op: '==', entity: { type: 'Agent', id: agent }, ...NOWHERE },
    action: { op: '==', entity: { type: 'Action', id: action }, ...NOWHERE },
    resource: { op: '==', entity: resource, ...NOWHERE },
    conditions: body === undefined ? [] : [{ kind: 'when', body, ...NOWHERE }],
    slots: [],
    ...NOWHERE,
  };
}

function idOf({ agent, tool }: Seen): string {
  return `${agent}.${tool}`.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, 56);
}

function serverOf(tool: string): string {
  return tool.slice(0, Math.max(0, tool.indexOf('/')));
}
