// Whole policy sets, through the door that a guard loads them by: schema of the tools, validation, identity, compilation; then one policy changed.
import { type LoadedPolicySet, loadPolicySet, type PolicySetOptions, type ToolDefinition } from '@writ/core';

/** A set's size. */
export interface SetSize {
  readonly policies: number;
  readonly tools: number;
}

/** Sizes that are measured. */
export const SET_SIZES: readonly SetSize[] = [
  { policies: 1_000, tools: 1_000 },
  { policies: 10_000, tools: 10 },
  { policies: 10_000, tools: 1_000 },
];

const SERVERS = 20;
/** Policies of one source: what a change of one of them reads again. */
const PER_SOURCE = 100;
/** Of so many policies, one is about every action and one about every tool call. */
const SHAPES = 20;

/** A set, and the same with the policy `changed` put differently. */
export function policySet({ policies, tools }: SetSize, changed?: number): PolicySetOptions {
  const texts = Array.from({ length: policies }, (_, index) => policyText(index, tools));
  if (changed !== undefined)
    texts[changed] = (texts[changed] ?? '').replace(/;$/, ' unless { context has is_error };');
  const sources = Array.from({ length: Math.ceil(policies / PER_SOURCE) }, (_, file) => ({
    name: `${file}.cedar`,
    text: texts.slice(file * PER_SOURCE, (file + 1) * PER_SOURCE).join('\n'),
  }));
  return { mode: 'strict', sources, tools: Array.from({ length: tools }, (_, index) => tool(index)) };
}

/** Milliseconds that making one changed policy of `size` live takes. */
export function updateMs(size: SetSize, previous: LoadedPolicySet, changed: number): number {
  const options = policySet(size, changed);
  const start = performance.now();
  loadPolicySet({ ...options, previous });
  return performance.now() - start;
}

function policyText(index: number, tools: number): string {
  const shape = index % SHAPES;
  const [action, next] = [actionName(index % tools), actionName((index + 1) % tools)];
  const head = `@id("policy-${index}")`;
  if (shape === 0)
    return `${head} forbid (principal, action, resource) when { context.args has amount && context.args.amount > ${index} };`;
  if (shape === 1)
    return `${head} forbid (principal == Agent::"bot-${index}", action in Action::"tools/call", resource);`;
  if (shape < SHAPES / 4)
    return `${head} permit (principal in Team::"team-${index % 200}", action in [${action}, ${next}], resource) when { context.args.path like "/srv/${index}/*" };`;
  return `${head} permit (principal == Agent::"bot-${index % 500}", action == ${action}, resource) when { context.args.path like "/srv/${index}/*" && context.args has amount && context.args.amount < ${index} };`;
}

function actionName(index: number): string {
  return `Action::"server-${index % SERVERS}/tool-${index}"`;
}

/** Seven properties, some of which other tools have as well. */
function tool(index: number): ToolDefinition {
  const name = `tool-${index}`;
  const properties = {
    path: { type: 'string' },
    amount: { type: 'integer' },
    force: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'string' } },
    options: { type: 'object', properties: { depth: { type: 'integer' }, mode: { enum: ['fast', 'full'] } } },
    [`field-${index}`]: { type: 'string' },
    [`ratio-${index % 50}`]: { type: 'number' },
  };
  const inputSchema = { type: 'object', properties, required: ['path'] };
  return { server: `server-${index % SERVERS}`, name, definition: { name, inputSchema } };
}
