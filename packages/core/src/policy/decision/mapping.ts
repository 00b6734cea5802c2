/** How an action looks to Cedar: action, resource, principals, and the entities around them. */
import { Fault, type JsonObject } from '../../kernel/index.ts';
import {
  type AgentIdentity,
  type Part,
  type PolicyQuery,
  type ResourceLimits,
  type ToolHints,
  WORST_HINTS,
} from '../../model/index.ts';
import type { EntityUid } from '../language/index.ts';
import { ABOUT_TOOLS, BASE_ACTIONS, OTHER_METHOD, type PolicySchema, TOOL_CALLS } from '../schema/index.ts';

/** A principal with the groups its identity says it is in. */
export interface MappedPrincipal {
  readonly uid: EntityUid;
  readonly parents: readonly EntityUid[];
  /** Whether the person it acts for proved more than one factor; absent where nobody is known, or it is not. */
  readonly mfa?: boolean;
}

/** One part in Cedar words. */
export interface MappedPart {
  /** Id of the action: a method, `server/tool`, or `other`. */
  readonly action: string;
  readonly isToolCall: boolean;
  readonly resource: EntityUid;
  readonly parents: readonly EntityUid[];
  /** The method as it was called, where the action is `other`. */
  readonly method?: string;
  /** What its server claims of the tool, where the part is about one. */
  readonly hints?: ToolHints;
  /** What stands as `context.args` of this part alone. */
  readonly args?: JsonObject;
  /** Attributes of its resource, a sandbox. */
  readonly limits?: ResourceLimits;
}

const ENTITY_TYPE: Readonly<Record<string, string>> = {
  tool: 'Tool',
  server: 'Server',
  data: 'Data',
  prompt: 'Prompt',
  program: 'Program',
  host: 'Host',
  file: 'File',
  agent: 'Agent',
  sandbox: 'Sandbox',
};

/** The principals of `query`: the agent and everyone in its delegation chain, or the server that started it. */
export function mapPrincipals(query: PolicyQuery): readonly MappedPrincipal[] {
  if (query.initiator === 'server') {
    if (query.initiatingServer === undefined) {
      throw new Fault('policy.query', 'the request was started by a server and does not say which');
    }
    return [{ uid: { type: 'Server', id: query.initiatingServer }, parents: [] }];
  }
  const mfa = query.subject.person?.mfa;
  return [query.subject.agent, ...query.subject.chain].map((agent) => mapAgent(agent, mfa));
}

function mapAgent(agent: AgentIdentity, mfa: boolean | undefined): MappedPrincipal {
  if (agent.id === '') throw new Fault('policy.query', 'the agent has no id');
  const parents: EntityUid[] = [];
  if (agent.team !== undefined) parents.push({ type: 'Team', id: agent.team });
  if (agent.org !== undefined) parents.push({ type: 'Org', id: agent.org });
  return { uid: { type: 'Agent', id: agent.id }, parents, ...(mfa === undefined ? {} : { mfa }) };
}

/** Maps one part. Throws `policy.query` for an action that this resource, this initiator or this schema does not know. */
export function mapPart(part: Part, query: PolicyQuery, schema: PolicySchema): MappedPart {
  const method = part.action.name;
  if (method === TOOL_CALLS) return mapToolCall(part, query, schema);
  const base = BASE_ACTIONS.get(method) ?? BASE_ACTIONS.get(OTHER_METHOD);
  const principal = query.initiator === 'server' ? 'Server' : 'Agent';
  const { type, id } = part.resource;
  const resource = { type: ENTITY_TYPE[type] ?? '', id };
  if (base === undefined || !base.resources.includes(resource.type)) {
    throw new Fault('policy.query', `\`${method}\` is not an action on a \`${type}\``);
  }
  if (!base.principals.includes(principal)) {
    throw new Fault(
      'policy.query',
      `\`${method}\` is not something that a ${principal.toLowerCase()} starts`,
    );
  }
  const known = BASE_ACTIONS.has(method) && method !== OTHER_METHOD;
  return {
    action: known ? method : OTHER_METHOD,
    isToolCall: false,
    resource,
    parents: serverOf(part),
    ...(type === 'tool' && ABOUT_TOOLS.has(method) ? { hints: schema.hints.get(id) ?? WORST_HINTS } : {}),
    ...(known ? {} : { method }),
    ...(part.args === undefined ? {} : { args: part.args }),
    ...(part.resource.limits === undefined ? {} : { limits: part.resource.limits }),
  };
}

function mapToolCall(part: Part, query: PolicyQuery, schema: PolicySchema): MappedPart {
  const { type, id } = part.resource;
  if (part.args !== undefined)
    throw new Fault('policy.query', 'the arguments of a tool call are those of the call');
  if (type !== 'tool') throw new Fault('policy.query', `\`${TOOL_CALLS}\` needs a tool, not a \`${type}\``);
  if (query.initiator === 'server') throw new Fault('policy.query', 'a server does not call tools by itself');
  const server = id.slice(0, Math.max(0, id.indexOf('/')));
  if (server === '' || id.length === server.length + 1) {
    throw new Fault('policy.query', `the tool \`${id}\` is not named as \`server/tool\``);
  }
  if (schema.excluded.has(id) || BASE_ACTIONS.has(id) || id === TOOL_CALLS) {
    throw new Fault('policy.query', `the tool \`${id}\` is called like a method and cannot be judged`);
  }
  const hints = schema.hints.get(id) ?? WORST_HINTS;
  return { action: id, isToolCall: true, resource: { type: 'Server', id: server }, parents: [], hints };
}

function serverOf(part: Part): readonly EntityUid[] {
  const { type, id, server } = part.resource;
  if (type === 'tool' || type === 'prompt') {
    const slash = id.indexOf('/');
    const name = slash > 0 ? id.slice(0, slash) : server;
    if (slash > 0 && server !== undefined && server !== name) {
      throw new Fault('policy.query', `\`${id}\` is said to belong to the server \`${server}\``);
    }
    return name === undefined ? [] : [{ type: 'Server', id: name }];
  }
  return type === 'data' && server !== undefined ? [{ type: 'Server', id: server }] : [];
}
