/** `initialize` and `server/discover`: forwarded verbatim to one server; answered for several together. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import { INTERNAL_ERROR, type RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { besideOf, govern, joinParams, sendable, splitParams } from '../judge/index.ts';
import { hasTasks, TASKS_EXTENSION } from '../tasks/index.ts';
import { offersTasks } from './carry.ts';
import { withPlainInstructions } from './instructions.ts';

/** Who answers in front of several servers. */
const SERVER_INFO: JsonObject = { name: 'writ', title: 'Writ', version: '0.1.0' };
/** Key of `_meta` under which a modern server names itself. */
const SERVER_INFO_META = 'io.modelcontextprotocol/serverInfo';
/** Capabilities whose methods name no server, so that several servers cannot be told apart. */
const UNROUTABLE: readonly string[] = ['tasks', 'extensions', 'experimental'];

/** The two methods: that of the legacy era and that of the modern one. */
export type Handshake = 'initialize' | 'server/discover';

/** Whether `method` is a handshake. */
export function isHandshake(method: string): method is Handshake {
  return method === 'initialize' || method === 'server/discover';
}

interface Answered {
  readonly name: string;
  readonly result: JsonObject;
}

/** Asks every server that policy permits to be used who it is, and answers for them. Held calls that can be tasks are an offer of the gateway's own. */
export async function handshake(
  context: ProxyContext,
  method: Handshake,
  call: ClientCall,
): Promise<RpcAnswer> {
  const answer = await agreed(context, method, call);
  const isOffered = method === 'server/discover' && offersTasks(context);
  if (!isOffered || 'error' in answer || !isJsonObject(answer.result)) return answer;
  return { result: withTasks(answer.result) };
}

async function agreed(context: ProxyContext, method: Handshake, call: ClientCall): Promise<RpcAnswer> {
  const answers = await Promise.all(
    context.upstreams.map((upstream) => askOne(context, upstream, method, call)),
  );
  const [first] = answers;
  if (first === undefined) throw new TypeError('a gateway without servers');
  if (answers.length === 1) return first;
  const results = answers.flatMap((answer, index): Answered[] => {
    const upstream = context.upstreams[index];
    if (upstream === undefined) return [];
    if ('result' in answer && isJsonObject(answer.result))
      return [{ name: upstream.name, result: answer.result }];
    upstream.capabilities = {};
    const why = 'error' in answer ? answer.error.message : 'it answered strangely';
    context.note(`server \`${upstream.name}\` is not used: ${why}`);
    return [];
  });
  if (results.length === 0) return answers.find((answer) => 'error' in answer) ?? first;
  return { result: method === 'initialize' ? initialized(results) : discovered(results) };
}

async function askOne(
  context: ProxyContext,
  upstream: Upstream,
  method: Handshake,
  call: ClientCall,
): Promise<RpcAnswer> {
  const { params } = call.request;
  const split = splitParams(params);
  const beside = besideOf(split.meta);
  const answer = await govern(
    context,
    {
      initiator: 'agent',
      method,
      parts: [{ action: { name: method }, resource: { type: 'server', id: upstream.name } }],
      args: split.args,
      ...(beside === undefined ? {} : { beside }),
      signal: call.signal,
      call,
    },
    'client',
    async (performance) => {
      const { args, signal } = performance;
      const sent = joinParams(args, sendable(split, performance), params !== undefined);
      const answered = await upstream.request(method, sent, { signal, call });
      return withPlainInstructions(context, upstream.name, answered);
    },
  );
  if ('result' in answer && isJsonObject(answer.result)) {
    const capabilities = ownProperty(answer.result, 'capabilities');
    if (isJsonObject(capabilities)) upstream.capabilities = capabilities;
  } else if ('result' in answer) {
    return { error: { code: INTERNAL_ERROR, message: `server \`${upstream.name}\` answered strangely` } };
  }
  return answer;
}

/** One `initialize` for several: the lowest protocol version and what all can do. */
function initialized(servers: readonly Answered[]): JsonObject {
  const versions = servers
    .map(({ result }) => ownProperty(result, 'protocolVersion'))
    .filter((version) => typeof version === 'string')
    // Versions are dates, so their order is the order of their texts.
    .sort();
  return { protocolVersion: versions[0] ?? '2024-11-05', ...common(servers), serverInfo: SERVER_INFO };
}

/** One `server/discover` for several: the versions that all speak and what all can do; it is the caller's own. */
function discovered(servers: readonly Answered[]): JsonObject {
  const [first = [], ...rest] = servers.map(({ result }): readonly JsonValue[] => {
    const versions = ownProperty(result, 'supportedVersions');
    return (Array.isArray(versions) ? versions : []) as readonly JsonValue[];
  });
  const lifetimes = servers
    .map(({ result }) => ownProperty(result, 'ttlMs'))
    .filter((ttlMs) => typeof ttlMs === 'number');
  return {
    resultType: 'complete',
    supportedVersions: first.filter((version) => rest.every((other) => other.includes(version))),
    ...(servers.some(offersOwnTasks) ? withTasks(common(servers)) : common(servers)),
    ...(lifetimes.length === 0 ? {} : { ttlMs: Math.min(...lifetimes), cacheScope: 'private' }),
    _meta: { [SERVER_INFO_META]: SERVER_INFO },
  };
}

/** Whose task it is can be told by its id, so this extension passes through several servers. */
function offersOwnTasks({ result }: Answered): boolean {
  const own = ownProperty(result, 'capabilities');
  return isJsonObject(own) && hasTasks(own);
}

/** `result` with the tasks extension among its capabilities. */
function withTasks(result: JsonObject): JsonObject {
  const own = ownProperty(result, 'capabilities');
  const capabilities = isJsonObject(own) ? own : {};
  const known = ownProperty(capabilities, 'extensions');
  const extensions = { [TASKS_EXTENSION]: {}, ...(isJsonObject(known) ? known : {}) };
  return { ...result, capabilities: { ...capabilities, extensions } };
}

/** All capabilities but those that cannot be told apart, and all instructions under their server's name. */
function common(servers: readonly Answered[]): JsonObject {
  let capabilities: JsonObject = {};
  for (const { result } of servers) {
    const own = ownProperty(result, 'capabilities');
    if (isJsonObject(own)) capabilities = union(capabilities, own);
  }
  const routable = Object.entries(capabilities).filter(([name]) => !UNROUTABLE.includes(name));
  const instructions = servers.flatMap(({ name, result }) => {
    const own = ownProperty(result, 'instructions');
    return typeof own === 'string' && own !== '' ? [`${name}: ${own}`] : [];
  });
  return {
    capabilities: Object.fromEntries(routable),
    ...(instructions.length === 0 ? {} : { instructions: instructions.join('\n\n') }),
  };
}

function union(left: JsonObject, right: JsonObject): JsonObject {
  const all: Record<string, JsonValue> = { ...left };
  for (const [name, value] of Object.entries(right)) {
    const other = ownProperty(left, name);
    if (isJsonObject(other) && isJsonObject(value)) all[name] = union(other, value);
    else if (other === undefined || other === false) all[name] = value;
  }
  return all;
}
