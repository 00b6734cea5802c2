/** Policies, tools and queries for the tests of this folder. */
import type { JsonObject } from '../kernel/index.ts';
import type { PolicyDecisionPoint, PolicyOutcome, PolicyQuery, ToolDefinition } from '../model/index.ts';
import { loadPolicySet, type PolicySetOptions } from './load.ts';

/** A tool of the server `files`. */
export function fileTool(name: string, inputSchema: JsonObject): ToolDefinition {
  return { server: 'files', name, definition: { name, inputSchema } };
}

const PATH: JsonObject = { type: 'string' };

/** The tools most tests speak about. */
export const FILE_TOOLS: readonly ToolDefinition[] = [
  fileTool('read_file', { type: 'object', properties: { path: PATH }, required: ['path'] }),
  fileTool('write_file', {
    type: 'object',
    properties: {
      path: PATH,
      content: { type: 'string' },
      size: { type: 'integer' },
      price: { type: 'number' },
      mode: { anyOf: [{ type: 'string' }, { type: 'integer' }] },
      note: { type: ['string', 'null'] },
      tags: { type: 'array', items: { type: 'string' } },
    },
    required: ['path'],
  }),
];

/** A decision point over `text` and the file tools. */
export function pointOf(text: string, options: Partial<PolicySetOptions> = {}): PolicyDecisionPoint {
  return loadPolicySet({
    sources: [{ name: 'main.cedar', text }],
    tools: FILE_TOOLS,
    mode: 'strict',
    ...options,
  }).decisionPoint;
}

/** What a test says about a query; the rest is an agent `bot` calling `files/write_file`. */
export interface QuerySpec extends Partial<Omit<PolicyQuery, 'context' | 'parts'>> {
  readonly method?: string;
  readonly type?: PolicyQuery['parts'][number]['resource']['type'];
  readonly id?: string;
  readonly args?: JsonObject;
  readonly context?: Partial<PolicyQuery['context']>;
  readonly parts?: PolicyQuery['parts'];
}

/** A query. */
export function queryOf(spec: QuerySpec = {}): PolicyQuery {
  const { method = 'tools/call', type = 'tool', id = 'files/write_file', args, context, ...rest } = spec;
  return {
    subject: {
      agent: { id: 'bot', team: 'research', org: 'acme' },
      chain: [],
      authentication: { method: 'configured', assurance: 1, credentialId: 'test', at: 0 },
    },
    initiator: 'agent',
    phase: 'call',
    parts: [{ action: { name: method }, resource: { type, id } }],
    lifted: new Set(),
    ...rest,
    context: {
      args: args ?? { path: '/srv/a.txt' },
      session: { id: 'session-1', labels: [] },
      findings: [],
      factsMissing: [],
      time: Date.UTC(2026, 0, 31, 12),
      ...context,
    },
  };
}

/** Decides one query over `text`. */
export function decideOver(
  text: string,
  spec: QuerySpec = {},
  options: Partial<PolicySetOptions> = {},
): PolicyOutcome {
  return pointOf(text, options).decide(queryOf(spec));
}

/** Permits every tool call. */
export const PERMIT_CALLS = '@id("calls") permit(principal, action in Action::"tools/call", resource);';
/** Two integers whose product no 64-bit integer holds: what reads it fails at evaluation. */
export const OVERFLOW = '9007199254740991 * 9007199254740991 > 0';
