/** Makes the schema of one policy set: the base and one action per tool. One odd tool never spoils the rest. */
import { canonicalJson, Fault, isJsonObject, type JsonObject } from '../../kernel/index.ts';
import { sha256Hex } from '../../kernel/crypto/index.ts';
import {
  KNOWN_METHODS,
  type LimitDeclaration,
  SERVER_NAME,
  type ToolDefinition,
  type ToolHints,
  toolHints,
  toolId,
  WORST_HINTS,
} from '../../model/index.ts';
import { type ArgType, describeType, NO_ARGUMENTS, type RecordType, toCedarType } from './arg-types.ts';
import {
  ABOUT_TOOLS,
  BASE_ACTIONS,
  CONTEXT_ATTRIBUTES,
  ENTITY_TYPES,
  limitAttributes,
  OTHER_METHOD,
  TOOL_ATTRIBUTE,
  TOOL_CALLS,
  TOOL_CLAIMS,
} from './base.ts';
import { readInputSchema } from './json-schema.ts';
import { type CedarSchema, resolveSchema } from './model/index.ts';

/** Something about a tool that policies cannot judge. */
export interface Oddity {
  /** `server/tool`. */
  readonly tool: string;
  /** `options.mode`, `items[].id`; absent where it is the whole tool. */
  readonly path?: string;
  readonly reason: string;
}

/** The schema of a set. */
export interface PolicySchema {
  /** Cedar's JSON schema form. */
  readonly cedar: JsonObject;
  /** The Cedar form with its names resolved. */
  readonly resolved: CedarSchema;
  /** SHA-256 in hexadecimal of the Cedar form and of what is checked beyond it. */
  readonly hash: string;
  /** Argument types by action id, base actions and tools. */
  readonly args: ReadonlyMap<string, RecordType>;
  /** Ids of tool actions, `server/tool`. */
  readonly tools: ReadonlySet<string>;
  /** Tools that have no action because their id means something else. Asking for one is refused. */
  readonly excluded: ReadonlySet<string>;
  readonly oddities: readonly Oddity[];
  /** What servers claim of their tools, by `server/tool`; the worst of a tool that is not there. */
  readonly hints: ReadonlyMap<string, ToolHints>;
  /** Limits that policies can read as `context.limits`. */
  readonly limits: readonly LimitDeclaration[];
}

/** Stands in for tools where none is known, so that a policy over all of them can be checked; no server has its empty name. */
export const PLACEHOLDER_TOOL = '/';

const METHOD_PREFIXES: ReadonlySet<string> = new Set(
  [...KNOWN_METHODS].filter((method) => method.includes('/')).map((method) => method.split('/')[0] ?? ''),
);

/** Schema for servers that list `tools`, under a set that declares `limits`. */
export function schemaForTools(
  tools: readonly ToolDefinition[],
  limits: readonly LimitDeclaration[] = [],
): PolicySchema {
  const args = new Map<string, RecordType>();
  const definitions = new Map<string, string>();
  const hints = new Map<string, ToolHints>();
  const excluded = new Set<string>();
  const oddities: Oddity[] = [];
  for (const tool of tools) {
    const id = toolId(tool);
    const problem = misnamed(tool);
    if (problem !== undefined) {
      excluded.add(id);
      oddities.push({ tool: id, reason: problem });
      continue;
    }
    const text = JSON.stringify(tool.definition);
    if (definitions.has(id) && definitions.get(id) !== text) {
      args.set(id, NO_ARGUMENTS);
      hints.set(id, WORST_HINTS);
      oddities.push({ tool: id, reason: 'it is defined twice, differently; its arguments are not typed' });
      continue;
    }
    definitions.set(id, text);
    hints.set(id, toolHints(tool.definition));
    args.set(id, typeArguments(tool, id, oddities));
  }
  return buildSchema(args, { excluded, oddities, hints, limits });
}

/** Schema over tools that are taken as given, with the argument types that policies themselves imply. */
export function buildSchema(
  tools: ReadonlyMap<string, RecordType>,
  { excluded, oddities, hints, limits }: Pick<PolicySchema, 'excluded' | 'oddities' | 'hints' | 'limits'>,
): PolicySchema {
  const ofLimits = limitAttributes(limits);
  const actions: [string, JsonObject][] = [[TOOL_CALLS, {}]];
  const args = new Map<string, RecordType>(tools);
  for (const [id, base] of BASE_ACTIONS) {
    args.set(id, base.args);
    const extra = {
      ...ofLimits,
      ...(ABOUT_TOOLS.has(id) ? { [TOOL_ATTRIBUTE]: { ...TOOL_CLAIMS, required: false } } : {}),
      ...(id === OTHER_METHOD ? { method: { type: 'String' } } : {}),
    };
    actions.push([id, { appliesTo: appliesTo(base.principals, base.resources, base.args, extra) }]);
  }
  const calls: ReadonlyMap<string, RecordType> =
    tools.size === 0 ? new Map([[PLACEHOLDER_TOOL, NO_ARGUMENTS]]) : tools;
  const ofCalls = { ...ofLimits, [TOOL_ATTRIBUTE]: TOOL_CLAIMS };
  for (const [id, type] of calls) {
    actions.push([
      id,
      { memberOf: [{ id: TOOL_CALLS }], appliesTo: appliesTo(['Agent'], ['Server'], type, ofCalls) },
    ]);
  }
  const cedar: JsonObject = { '': { entityTypes: ENTITY_TYPES, actions: Object.fromEntries(actions) } };
  const judged = [...calls]
    .map(([id, type]) => [id, describeType(type), { ...(hints.get(id) ?? WORST_HINTS) }] as const)
    .sort(([left], [right]) => (left < right ? -1 : 1));
  return {
    cedar,
    resolved: resolved(cedar),
    hash: sha256Hex(canonicalJson([cedar, judged])),
    args,
    tools: new Set(tools.keys()),
    excluded,
    oddities,
    hints,
    limits,
  };
}

/** INVARIANT: a schema made of tools is a schema; one that is none permits nothing. */
function resolved(cedar: JsonObject): CedarSchema {
  const made = resolveSchema(cedar);
  if ('schema' in made) return made.schema;
  const [first] = made.problems;
  throw new Fault(
    'policy.schema',
    `the schema made from the tools is not usable: ${first?.path}: ${first?.message}`,
  );
}

function appliesTo(
  principalTypes: readonly string[],
  resourceTypes: readonly string[],
  args: RecordType,
  extra: JsonObject,
): JsonObject {
  const attributes = { args: toCedarType(args) ?? {}, ...CONTEXT_ATTRIBUTES, ...extra };
  return { principalTypes, resourceTypes, context: { type: 'Record', attributes } };
}

function misnamed(tool: ToolDefinition): string | undefined {
  if (!SERVER_NAME.test(tool.server)) return `the server's name is not ${SERVER_NAME.source}`;
  if (tool.name === '' || !tool.name.isWellFormed()) return 'the tool has no well-formed name';
  if (isMethodPrefix(tool.server)) return 'the server is called like the first part of a method';
  return BASE_ACTIONS.has(toolId(tool)) ? 'it is called like a method' : undefined;
}

/** Whether `name` is what stands before the `/` of a method of the protocol; no server may be called so. */
export function isMethodPrefix(name: string): boolean {
  return METHOD_PREFIXES.has(name);
}

function typeArguments(tool: ToolDefinition, id: string, oddities: Oddity[]): RecordType {
  const schema = tool.definition['inputSchema'];
  if (!isJsonObject(schema)) {
    oddities.push({ tool: id, reason: 'it has no `inputSchema`; its arguments are not typed' });
    return NO_ARGUMENTS;
  }
  const type = readInputSchema(schema);
  if (type.kind !== 'record') {
    const reason = type.kind === 'untypable' ? type.reason : 'the arguments are not an object';
    oddities.push({ tool: id, reason: `its arguments are not typed: ${reason}` });
    return NO_ARGUMENTS;
  }
  nameUntypable(type, '', (path, reason) => oddities.push({ tool: id, path, reason }));
  return type;
}

function nameUntypable(type: ArgType, path: string, report: (path: string, reason: string) => void): void {
  if (type.kind === 'untypable') report(path, type.reason);
  else if (type.kind === 'set') nameUntypable(type.element, `${path}[]`, report);
  else if (type.kind === 'record') {
    for (const [name, field] of type.fields) {
      nameUntypable(field.type, path === '' ? name : `${path}.${name}`, report);
    }
  }
}
