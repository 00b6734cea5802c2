/** Tools, packs and queries for the tests of this folder. */
import type { JsonObject } from '../../kernel/index.ts';
import type { PolicyDecisionPoint, PolicyOutcome, ToolDefinition } from '../../model/index.ts';
import { queryOf, type QuerySpec } from '../fixtures.ts';
import { loadPolicySet } from '../load.ts';
import { type CompiledPack, compilePack, createPatternMatcher } from './index.ts';

const TEXT: JsonObject = { type: 'string' };

/** A tool with properties and required ones. */
export function toolOf(id: string, properties: JsonObject, required: readonly string[] = []): ToolDefinition {
  const [server = '', name = ''] = id.split('/', 2);
  return { server, name, definition: { name, inputSchema: { type: 'object', properties, required } } };
}

/** The tools most tests speak about. */
export const PACK_TOOLS: readonly ToolDefinition[] = [
  toolOf('files/read_file', { path: TEXT }, ['path']),
  toolOf('files/write_file', { path: TEXT, content: TEXT }, ['path']),
  toolOf('files/delete_file', { path: TEXT }, ['path']),
  toolOf('bank/balance', { account: TEXT }),
  toolOf(
    'bank/transfer',
    {
      amount: { type: 'number' },
      currency: TEXT,
      to: TEXT,
      requested_by: TEXT,
      count: { type: 'integer' },
      urgent: { type: 'boolean' },
      tags: { type: 'array', items: TEXT },
    },
    ['amount'],
  ),
  toolOf('web/fetch', { url: TEXT, headers: { type: 'array', items: TEXT } }, ['url']),
];

/** A compiled pack. Throws for one with problems. */
export function packOf(rules: string, head = 'mode: strict'): CompiledPack {
  const pack = compilePack({ name: 'demo.yaml', text: packText(rules, head) }, { tools: PACK_TOOLS });
  if (pack.problems.length > 0) throw new Error(pack.problems.map(({ message }) => message).join('\n'));
  return pack;
}

/** The YAML of a pack called `demo`; `rules` is the list below `rules:`, without indentation. */
export function packText(rules: string, head = 'mode: strict'): string {
  return `version: 1\nname: demo\n${head}\nrules:\n${rules.trim().replace(/^/gm, '  ')}\n`;
}

/** The decision point of a pack. */
export function pointOfPack(
  pack: CompiledPack,
  tools: readonly ToolDefinition[] = PACK_TOOLS,
): PolicyDecisionPoint {
  return loadPolicySet({
    sources: [{ name: 'demo.cedar', text: pack.cedar }],
    tools,
    mode: pack.mode ?? 'strict',
    ...(pack.auditUntil === undefined ? {} : { auditUntil: pack.auditUntil }),
  }).decisionPoint;
}

/** Decides a call as a product does: patterns are looked for first. */
export function decideCall(
  pack: CompiledPack,
  tool: string,
  args: JsonObject,
  spec: QuerySpec = {},
  point: PolicyDecisionPoint = pointOfPack(pack),
): PolicyOutcome {
  const findings = createPatternMatcher(pack.patterns).findingsOf(tool, args);
  return point.decide(queryOf({ ...spec, id: tool, args, context: { findings, ...spec.context } }));
}
