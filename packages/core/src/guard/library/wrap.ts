/** Puts a guard in front of a function that an agent calls as a tool: the wrapped one is the only path to it. */
import {
  describeFault,
  Fault,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  parseStrictJson,
} from '../../kernel/index.ts';
import { definitionHash, type ToolDefinition, toolId } from '../../model/index.ts';
import type { Enforced, Guard } from '../types.ts';

/** A tool as frameworks have it: a name, a schema and a function. */
export interface Tool<Args = never, Result = unknown> {
  /** Unique within a guard. */
  readonly name: string;
  readonly description?: string;
  /** JSON Schema 2020-12 of the arguments; policies read them typed by it. Absent: arguments are unjudged. */
  readonly inputSchema?: JsonObject;
  execute(args: Args, options: ToolCallOptions): Promise<Result> | Result;
}

/** What a tool is told about its call. */
export interface ToolCallOptions {
  /** Aborts on kill, deadline, and when the caller gives up. */
  readonly signal: AbortSignal;
}

/** A tool behind a guard. */
export interface GuardedTool<Args, Result> extends Omit<Tool<Args, Result>, 'execute'> {
  /** The delivered result. Throws {@link Refused} where the action or its delivery was refused, and what the tool threw where it failed. */
  execute(args: Args, options?: { readonly signal?: AbortSignal }): Promise<Result>;
  /** The same, as a value: verdict, reasons, receipt and result. Never rejects. */
  enforce(args: Args, options?: { readonly signal?: AbortSignal }): Promise<Enforced>;
}

/** Thrown by a guarded tool that was not run, or whose result is withheld. Its message is fit for the model to read. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly enforced: Enforced;

  constructor(enforced: Enforced) {
    super(enforced.message);
    this.enforced = enforced;
  }
}

/** The definition under which a wrapped tool is pinned and typed. */
export function definitionOf(server: string, tool: Omit<Tool, 'execute'>): ToolDefinition {
  const definition: JsonObject = {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(tool.inputSchema === undefined ? {} : { inputSchema: tool.inputSchema }),
  };
  return { server, name: tool.name, definition };
}

/** `tool` behind `guard`, known to policy as `server/name`. `showsNotices`: whoever calls it shows a person the notice of a refusal. */
export function wrapTool<Args, Result>(
  guard: Guard,
  server: string,
  tool: Tool<Args, Result>,
  { showsNotices = false }: { readonly showsNotices?: boolean } = {},
): GuardedTool<Args, Result> {
  const definition = definitionOf(server, tool);
  const definitionPin = definitionHash(definition.definition);
  const id = toolId(definition);
  const enforce: GuardedTool<Args, Result>['enforce'] = async (args, options = {}) => {
    const parsed = parseArguments(args);
    return guard.enforce(
      {
        face: 'library',
        initiator: 'agent',
        phase: 'call',
        method: 'tools/call',
        parts: [{ action: { name: 'tools/call' }, resource: { type: 'tool', id } }],
        args: parsed.args,
        definitionPin,
        showsNotices,
        ...(options.signal === undefined ? {} : { signal: options.signal }),
        ...(parsed.refusal === undefined ? {} : { refusal: parsed.refusal }),
      },
      // What runs is what was judged: the parsed value, never the caller's object, which could change meanwhile.
      async ({ args: judged, signal }) => toJson(await tool.execute(judged as Args, { signal })),
    );
  };
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    ...(tool.inputSchema === undefined ? {} : { inputSchema: tool.inputSchema }),
    enforce,
    async execute(args, options) {
      const enforced = await enforce(args, options);
      if ('error' in enforced) throw enforced.error;
      if (enforced.result === undefined) throw new Refused(enforced);
      return enforced.result as Result;
    },
  };
}

function parseArguments(args: unknown): {
  readonly args: JsonObject;
  readonly refusal?: { code: string; reason: string };
} {
  try {
    const value = parseStrictJson(jsonText(args ?? {}));
    if (isJsonObject(value)) return { args: value };
    return { args: {}, refusal: { code: 'request.invalid', reason: 'arguments are not an object' } };
  } catch (thrown) {
    const code = thrown instanceof Fault ? thrown.code : 'request.invalid';
    return { args: {}, refusal: { code, reason: `arguments cannot be judged: ${describeFault(thrown)}` } };
  }
}

/** A result as JSON; nothing at all is `null`. Throws `guard.result`: the tool has run, and what it returned cannot be judged. */
function toJson(result: unknown): JsonValue {
  if (result === undefined) return null;
  try {
    return parseStrictJson(jsonText(result));
  } catch (cause) {
    throw new Fault('guard.result', `its result cannot be judged: ${describeFault(cause)}`, {}, { cause });
  }
}

function jsonText(value: unknown): string {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new Fault('json.not-serialisable', `a ${typeof value} has no JSON form`);
  return text;
}
