/** `tools/call`: the one method that acts. */
import { Fault, isJsonObject, type JsonObject, ownProperty, visible } from '@writ/core';
import type { RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { besideOf, govern, sendable, splitParams, traceOf } from '../judge/index.ts';
import { MAX_TOOL_NAME } from '../offer/index.ts';
import { judgeInputRequests } from '../server/index.ts';
import { type Carried, carry } from './carry.ts';
import { judgeInputResponses } from './input-responses.ts';
import { invalidParams } from './problem.ts';
import { rememberTask } from './task-method.ts';

/** Where a call to a name stands that belongs to no configured server. */
const NO_SERVER = 'unknown';

/** Of an unknown member's name, in a refusal. In UTF-16 units. */
const MAX_SHOWN = 60;
/** The members of a call's parameters in any version (MCP 2024-11-05 to 2026-07-28). Another would reach the server unjudged. */
const MEMBERS: ReadonlySet<string> = new Set([
  'name',
  'arguments',
  '_meta',
  'task',
  'inputResponses',
  'requestState',
]);
/** Those that no policy reads and that are passed on as they came. */
const PASSED: readonly string[] = ['task', 'requestState'];

/**
 * Judges and performs one call. What goes to the server is the received parameters with the tool's own name, and with `arguments` as judged.
 * A refusal is a result that the model can read; the server never hears of it.
 */
export async function callTool(context: ProxyContext, call: ClientCall): Promise<RpcAnswer> {
  const params = call.request.params ?? {};
  const name = ownProperty(params, 'name');
  const args = ownProperty(params, 'arguments');
  if (typeof name !== 'string' || name === '' || name.length > MAX_TOOL_NAME) {
    return invalidParams(context, `\`params.name\` is not a string of 1 to ${MAX_TOOL_NAME} characters`);
  }
  if (args !== undefined && !isJsonObject(args)) {
    return invalidParams(context, '`params.arguments` is not an object');
  }
  const given = ownProperty(params, '_meta');
  if (given !== undefined && !isJsonObject(given))
    return invalidParams(context, '`params._meta` is not an object');
  const stranger = Object.keys(params).find((member) => !MEMBERS.has(member));
  if (stranger !== undefined) return invalidParams(context, unknownMember(stranger));
  const { meta } = splitParams(params);
  // Whoever answers a tool's question calls it once more: everything is looked up and judged again.
  return carry(context, call, meta, (carried, more) =>
    attempt(context, carried, { params: { ...params, ...more }, name, args: args ?? {}, meta }),
  );
}

function unknownMember(member: string): string {
  const shown = visible(member.slice(0, MAX_SHOWN));
  return `\`params.${shown}\` is no member of a call, and nothing passes unjudged: put it into \`arguments\` or \`_meta\``;
}

/** What is passed on beside the arguments but for `_meta`. */
function besides(params: JsonObject): JsonObject {
  return Object.fromEntries(
    PASSED.flatMap((member) => {
      const value = ownProperty(params, member);
      return value === undefined ? [] : [[member, value]];
    }),
  );
}

/** `params` with nothing in `task` but how long it is to be kept (MCP 2025-11-25). */
function withPlainTask(params: JsonObject): JsonObject {
  const { task, ...rest } = params;
  if (task === undefined) return params;
  const ttl = isJsonObject(task) ? ownProperty(task, 'ttl') : undefined;
  return { ...rest, task: typeof ttl === 'number' ? { ttl } : {} };
}

interface Attempt {
  readonly params: JsonObject;
  readonly name: string;
  readonly args: JsonObject;
  readonly meta: JsonObject | undefined;
}

async function attempt(
  context: ProxyContext,
  carried: Carried,
  { params, name, args, meta }: Attempt,
): Promise<RpcAnswer> {
  const { call } = carried;
  const found = (await context.catalogue.find(name)) ?? {
    server: NO_SERVER,
    tool: name,
    refusal: { code: 'tool.unknown', reason: 'no server has a tool of this name' },
  };
  const upstream = context.upstreams.find((one) => one.name === found.server);
  const mismatch = 'pin' in found ? call.checkCall?.(found.definition, args) : undefined;
  if (mismatch !== undefined) {
    context.ports.guard.countRefusal('rpc.malformed');
    return { error: mismatch };
  }
  const inputs =
    upstream === undefined ? { params } : await judgeInputResponses(context, upstream, params, call);
  if ('refusal' in inputs) return inputs.refusal;
  const trace = traceOf(meta);
  const beside = besideOf(meta, besides(params));
  return govern(
    context,
    {
      initiator: 'agent',
      method: 'tools/call',
      parts: [
        { action: { name: 'tools/call' }, resource: { type: 'tool', id: `${found.server}/${found.tool}` } },
      ],
      args,
      ...(beside === undefined ? {} : { beside }),
      signal: call.signal,
      call,
      onWaiting: carried.onWaiting,
      ended: carried.ended,
      ...(carried.wait === undefined ? {} : { wait: carried.wait }),
      ...(trace === undefined ? {} : { trace }),
      ...('pin' in found ? { definitionPin: found.pin } : { refusal: found.refusal }),
    },
    'tool-caller',
    async (performance) => {
      carried.started();
      if (upstream === undefined || !('pin' in found))
        throw new TypeError('a call without a server was permitted');
      // It may have waited for a person, or its server was put back up meanwhile.
      if (!(await context.catalogue.holds(upstream, found.tool, found.pin))) throw changed(found);
      if (carried.hasWaited() && (await call.stillAdmitted?.()) === false) throw shutOut(found);
      const split = sendable({ args, meta }, performance);
      const given = context.progress.give(upstream, split.meta, call);
      const all = performance.isMinimised === true ? withPlainTask(inputs.params) : inputs.params;
      const own = given === undefined ? all : { ...all, _meta: given };
      const sent = toSend(own, found.tool, performance.args);
      const options = { signal: performance.signal, call };
      const answer = await upstream.request('tools/call', sent, options);
      const judged = await judgeInputRequests(context, upstream, answer, options);
      return rememberTask(context, upstream, found.tool, judged);
    },
  );
}

/** The fault of a call that was permitted under a definition which is not the server's any more. The server never hears of it. */
function changed({ server, tool }: { readonly server: string; readonly tool: string }): Fault {
  return new Fault(
    'tool.quarantined',
    `\`${server}/${tool}\` was not called: its definition is not the one that the call was permitted for`,
    { hint: 'list the tools again' },
  );
}

/** The fault of a call whose caller lost what it came with while it waited for a person. The server never hears of it. */
function shutOut({ server, tool }: { readonly server: string; readonly tool: string }): Fault {
  return new Fault(
    'identity.unauthenticated',
    `\`${server}/${tool}\` was not called: whoever asked for it would not be let in any more`,
  );
}

/** `params` with the tool's own name and the judged arguments; where none came and none were added, none are sent. */
function toSend(params: JsonObject, name: string, args: JsonObject): JsonObject {
  const hasArguments = Object.hasOwn(params, 'arguments') || Object.keys(args).length > 0;
  return hasArguments ? { ...params, name, arguments: args } : { ...params, name };
}
