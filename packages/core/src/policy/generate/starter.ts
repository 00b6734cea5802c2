/** A least-privilege start from what agents did: permits for exactly the calls that were permitted, and nothing beside them. */
import { canonicalJson, type JsonValue } from '../../kernel/index.ts';
import { isPermitting, type PolicyQuery, type ToolDefinition, type Verdict } from '../../model/index.ts';
import { type Expression, type PolicyTree, printPolicies } from '../language/index.ts';
import { type PolicySchema, schemaForTools } from '../schema/index.ts';
import { NOWHERE, testsOfArguments } from './argument-tests.ts';

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
  /** Arguments, `server/tool: path`, whose value a permit does not test because Cedar cannot: any value of theirs is permitted. */
  readonly loose: readonly string[];
}

/** Most different arguments that one permit lists. */
const MAX_VALUES = 50;

interface Seen {
  readonly agent: string;
  readonly tool: string;
  /** Arguments by their text: each is one kind of call. */
  readonly calls: Map<string, { readonly [name: string]: JsonValue }>;
}

/**
 * Permits for the calls in `questions` that were permitted: by agent and tool, each argument as it was seen. A call that was not seen is not
 * permitted, whatever it is near to, but for what `loose` names. `tools` are those that are known: arguments they declare and that were never given must be
 * absent, and a tool that is not among them is left out, for its policies would not load. Without any, tools are taken as given.
 */
export function generateStart(
  questions: Iterable<ObservedQuestion>,
  tools: readonly ToolDefinition[] = [],
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
  const schema = tools.length === 0 ? undefined : schemaForTools(tools);
  const narrow = used.filter(
    ({ calls: kinds, tool }) => kinds.size <= MAX_VALUES && (schema === undefined || schema.tools.has(tool)),
  );
  const name = uniqueNames();
  const loose = new Set<string>();
  const policies = narrow.flatMap((one) => {
    const id = name(one);
    return [callPolicy(one, { id, schema, loose }), resultPolicy(one, id)];
  });
  const leftOut = used.filter((one) => !narrow.includes(one)).map(({ tool }) => tool);
  return {
    cedar: printPolicies(policies),
    calls,
    permitted,
    leftOut: [...new Set(leftOut)],
    loose: [...loose].sort(),
  };
}

function toolOf({ phase, parts, initiator }: PolicyQuery): string | undefined {
  const [part] = parts;
  const isCall = phase === 'call' && initiator === 'agent' && part?.action.name === 'tools/call';
  return isCall ? part.resource.id : undefined;
}

/** All of `tests`; `true` where there are none. */
function all(tests: readonly Expression[]): Expression {
  const [first, ...others] = tests;
  return others.reduce<Expression>(
    (left, right) => ({ kind: 'and', left, right, ...NOWHERE }),
    first ?? { kind: 'bool', value: true, ...NOWHERE },
  );
}

interface Writing {
  readonly id: string;
  readonly schema: PolicySchema | undefined;
  /** Gets what a permit does not test. */
  readonly loose: Set<string>;
}

function callPolicy(one: Seen, { id, schema, loose }: Writing): PolicyTree {
  const given = [...one.calls.values()];
  const names = [...new Set(given.flatMap((args) => Object.keys(args)))];
  const kinds = given.map((args) => {
    const { tests, loose: untested } = testsOfArguments(args, schema?.args.get(one.tool), names);
    for (const path of untested) loose.add(`${one.tool}: ${path}`);
    return all(tests);
  });
  const [first, ...others] = kinds;
  const body = others.reduce<Expression>(
    (left, right) => ({ kind: 'or', left, right, ...NOWHERE }),
    first ?? { kind: 'bool', value: false, ...NOWHERE },
  );
  return policyOf(one, { id, action: one.tool, resource: { type: 'Server', id: serverOf(one.tool) }, body });
}

/** What was called may answer. */
function resultPolicy(one: Seen, id: string): PolicyTree {
  return policyOf(one, {
    id: `${id}.results`,
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

/** Ids that say agent and tool; what two of them would share gets a number. */
function uniqueNames(): (one: Seen) => string {
  const taken = new Set<string>();
  return (one) => {
    const base = idOf(one);
    let id = base;
    for (let count = 2; taken.has(id); count += 1) id = `${base.slice(0, 50)}.${count}`;
    taken.add(id);
    return id;
  };
}

function serverOf(tool: string): string {
  return tool.slice(0, Math.max(0, tool.indexOf('/')));
}
