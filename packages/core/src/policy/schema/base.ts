/** The part of the Cedar schema that no tool changes: entities, actions and context. */
import { isJsonObject, type JsonObject } from '../../kernel/index.ts';
import type { LimitDeclaration } from '../../model/index.ts';
import type { RecordType } from './arg-types.ts';
import { EGRESS_ARGS, EXEC_ARGS, FILE_ARGS, SANDBOX_CREATE_ARGS, SANDBOX_FILE_ARGS } from './part-types.ts';

/** A principal of an action: `Agent`, or `Server` for what a server starts by itself. */
export type PrincipalType = 'Agent' | 'Server';

/** An action that is there whatever the tools are. */
export interface BaseAction {
  readonly principals: readonly PrincipalType[];
  readonly resources: readonly string[];
  readonly args: RecordType;
}

/** The group of all tool calls. */
export const TOOL_CALLS = 'tools/call';
/** Every method that is not known by name; `context.method` tells which. */
export const OTHER_METHOD = 'other';

const AGENT = ['Agent'] as const;
const SERVER = ['Server'] as const;
const BOTH = ['Agent', 'Server'] as const;
const RESOURCES = [
  'Server',
  'Tool',
  'Data',
  'Prompt',
  'Program',
  'Host',
  'File',
  'Agent',
  'Sandbox',
] as const;

const NONE: RecordType = { kind: 'record', fields: new Map() };
const optionalString = (name: string): RecordType => ({
  kind: 'record',
  fields: new Map([[name, { type: { kind: 'string' }, required: false, nullable: false }]]),
});
const URI = optionalString('uri');
const NAME = optionalString('name');
const LEVEL = optionalString('level');

const action = (
  principals: readonly PrincipalType[],
  resources: readonly string[],
  args: RecordType = NONE,
): BaseAction => ({ principals, resources, args });

/** Actions by id: the methods of MCP (all revisions) and the parts an action can have. */
export const BASE_ACTIONS: ReadonlyMap<string, BaseAction> = new Map([
  ['initialize', action(AGENT, ['Server'])],
  ['server/discover', action(AGENT, ['Server'])],
  ['ping', action(BOTH, ['Server'])],
  ['tools/list', action(AGENT, ['Tool', 'Server'])],
  ['results/deliver', action(BOTH, RESOURCES)],
  ['resources/list', action(AGENT, ['Data', 'Server'])],
  ['resources/templates/list', action(AGENT, ['Data', 'Server'])],
  ['resources/read', action(AGENT, ['Data', 'Server'], URI)],
  ['resources/subscribe', action(AGENT, ['Data', 'Server'], URI)],
  ['resources/unsubscribe', action(AGENT, ['Data', 'Server'], URI)],
  ['subscriptions/listen', action(AGENT, ['Data', 'Server'])],
  ['prompts/list', action(AGENT, ['Prompt', 'Server'])],
  ['prompts/get', action(AGENT, ['Prompt', 'Server'], NAME)],
  ['completion/complete', action(AGENT, ['Prompt', 'Data', 'Server'])],
  ['logging/setLevel', action(AGENT, ['Server'], LEVEL)],
  ['sampling/createMessage', action(SERVER, ['Server', 'Agent'])],
  ['elicitation/create', action(SERVER, ['Server', 'Agent'])],
  ['roots/list', action(SERVER, ['Server', 'Agent'])],
  ['tasks/get', action(BOTH, ['Server'])],
  ['tasks/update', action(BOTH, ['Server'])],
  ['tasks/cancel', action(BOTH, ['Server'])],
  ['tasks/list', action(BOTH, ['Server'])],
  ['tasks/result', action(BOTH, ['Server'])],
  ['notifications/initialized', action(BOTH, ['Server'])],
  ['notifications/cancelled', action(BOTH, ['Server'])],
  ['notifications/progress', action(BOTH, ['Server'])],
  ['notifications/message', action(BOTH, ['Server'])],
  ['notifications/tools/list_changed', action(BOTH, ['Server'])],
  ['notifications/resources/list_changed', action(BOTH, ['Server'])],
  ['notifications/resources/updated', action(BOTH, ['Data', 'Server'])],
  ['notifications/prompts/list_changed', action(BOTH, ['Server'])],
  ['notifications/roots/list_changed', action(BOTH, ['Server'])],
  ['process/exec', action(AGENT, ['Program'], EXEC_ARGS)],
  ['network/egress', action(AGENT, ['Host'], EGRESS_ARGS)],
  ['file/read', action(AGENT, ['File'], FILE_ARGS)],
  ['file/write', action(AGENT, ['File'], FILE_ARGS)],
  ['file/delete', action(AGENT, ['File'], FILE_ARGS)],
  ['agent/spawn', action(AGENT, ['Agent'])],
  ['agent/message', action(AGENT, ['Agent'])],
  ['memory/write', action(AGENT, ['Data', 'Server'])],
  ['model/call', action(AGENT, ['Host', 'Server', 'Data'])],
  ['sandbox/create', action(AGENT, ['Sandbox'], SANDBOX_CREATE_ARGS)],
  ['sandbox/exec', action(AGENT, ['Sandbox'], EXEC_ARGS)],
  ['sandbox/attach', action(AGENT, ['Sandbox'])],
  ['sandbox/remove', action(AGENT, ['Sandbox'])],
  ['sandbox/read-file', action(AGENT, ['Sandbox'], SANDBOX_FILE_ARGS)],
  ['sandbox/write-file', action(AGENT, ['Sandbox'], SANDBOX_FILE_ARGS)],
  [OTHER_METHOD, action(BOTH, RESOURCES)],
]);

/** Actions whose parts say more than their resource: see {@link EXEC_ARGS} and its neighbours. */
export const DETAILED_ACTIONS: ReadonlySet<string> = new Set(
  [...BASE_ACTIONS].flatMap(([id, { args }]) =>
    [EXEC_ARGS, FILE_ARGS, EGRESS_ARGS, SANDBOX_CREATE_ARGS, SANDBOX_FILE_ARGS].includes(args) ? [id] : [],
  ),
);

/** Attribute that carries the id of an entity, so that `like` can read it. */
export const ID_ATTRIBUTE: Readonly<Record<string, string>> = {
  Server: 'name',
  Tool: 'name',
  Prompt: 'name',
  Program: 'name',
  Sandbox: 'name',
  Host: 'name',
  Data: 'uri',
  File: 'path',
};

const STRING: JsonObject = { type: 'String' };
const STRINGS: JsonObject = { type: 'Set', element: STRING };
const LONG: JsonObject = { type: 'Long' };
const BOOLEAN: JsonObject = { type: 'Boolean' };
const optional = (type: JsonObject): JsonObject => ({ ...type, required: false });
const record = (attributes: JsonObject): JsonObject => ({ type: 'Record', attributes });
const withId = (type: string, parents: readonly string[]): JsonObject => ({
  memberOfTypes: parents,
  shape: record({ [ID_ATTRIBUTE[type] ?? 'name']: STRING }),
});

/** Trust 0–1000, ring 0–3; present where the operator's entities say so. */
const STANDING: JsonObject = {
  trust: optional(LONG),
  ring: optional(LONG),
  owner: optional(STRING),
  verified: optional(BOOLEAN),
  roles: optional(STRINGS),
};

/** Entity types in Cedar's JSON schema form. */
export const ENTITY_TYPES: JsonObject = {
  Org: {},
  Team: { memberOfTypes: ['Org'] },
  Group: { memberOfTypes: ['Group'] },
  User: { memberOfTypes: ['Group', 'Team', 'Org'] },
  /** `mfa_verified`: whether the person it acts for proved more than one factor; said by the request alone. */
  Agent: {
    memberOfTypes: ['Team', 'Org', 'Group'],
    shape: record({ ...STANDING, mfa_verified: optional(BOOLEAN) }),
  },
  Server: { memberOfTypes: ['Group'], shape: record({ name: STRING, ...STANDING }) },
  Tool: withId('Tool', ['Server', 'Group']),
  Prompt: withId('Prompt', ['Server', 'Group']),
  Data: withId('Data', ['Server', 'Group']),
  Program: withId('Program', ['Group']),
  Host: withId('Host', ['Group']),
  File: withId('File', ['Group']),
  /** Its bounds are those that the request says it is made with. */
  Sandbox: {
    memberOfTypes: ['Group'],
    shape: record({
      name: STRING,
      profile: optional(STRING),
      driver: optional(STRING),
      max_memory_mb: optional(LONG),
      max_processes: optional(LONG),
      max_cpu_seconds: optional(LONG),
      network: optional(BOOLEAN),
    }),
  },
};

/** The context every action has, besides `args`. */
export const CONTEXT_ATTRIBUTES: JsonObject = {
  session: record({ id: STRING, labels: STRINGS, goal: optional(STRING) }),
  user: optional(record({ id: STRING, roles: STRINGS, mfa: optional(BOOLEAN) })),
  findings: STRINGS,
  facts_missing: STRINGS,
  unjudged_args: STRINGS,
  approval: optional(record({ lifts: STRINGS })),
  purpose: optional(STRING),
  purpose_status: optional(STRING),
  unwitnessed_seconds: optional(LONG),
  is_error: optional(BOOLEAN),
  time: { type: 'Extension', name: 'datetime' },
};

/**
 * What a server claims of a tool, from the definition that is pinned: always there for a call, and there for a tool in a list or of a result.
 * INVARIANT: only forbids read it (`policy.untrusted-attribute`), so no claim makes a set permit more than it does without those forbids.
 */
export const TOOL_ATTRIBUTE = 'tool';
/** Its type. */
export const TOOL_CLAIMS: JsonObject = record({
  read_only: BOOLEAN,
  destructive: BOOLEAN,
  idempotent: BOOLEAN,
  open_world: BOOLEAN,
});
/** Methods besides calls that may be about a tool. */
export const ABOUT_TOOLS: ReadonlySet<string> = new Set(['tools/list', 'results/deliver']);

/**
 * What a set's limits add to the context. Each is there where it applies to the call, so a policy asks first:
 * `context has limits.budget && context.limits.budget.remaining < 1000`.
 */
export function limitAttributes(limits: readonly LimitDeclaration[]): JsonObject {
  if (limits.length === 0) return {};
  const standing = record({
    limit: LONG,
    used: LONG,
    remaining: LONG,
    exceeded: BOOLEAN,
    resets: optional({ type: 'Extension', name: 'datetime' }),
  });
  const byId = Object.fromEntries(limits.map(({ id }) => [id, optional(standing)]));
  return { limits: optional(record(byId)) };
}

/** Every path of the context, `context.user.mfa` and the like, `args` left out. */
export const CONTEXT_PATHS: ReadonlySet<string> = new Set(pathsOf(CONTEXT_ATTRIBUTES, 'context'));

function pathsOf(attributes: JsonObject, prefix: string): readonly string[] {
  return Object.entries(attributes).flatMap(([name, type]) => {
    const path = `${prefix}.${name}`;
    const inner = isJsonObject(type) ? type['attributes'] : undefined;
    return isJsonObject(inner) ? [path, ...pathsOf(inner, path)] : [path];
  });
}
