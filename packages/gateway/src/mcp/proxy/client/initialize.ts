/** `initialize`: forwarded verbatim to one server; answered for several together. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import { INTERNAL_ERROR, type RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { govern, joinParams, splitParams } from '../judge/index.ts';

/** Who answers in front of several servers. */
const SERVER_INFO: JsonObject = { name: 'writ', title: 'Writ', version: '0.1.0' };
/** Capabilities whose methods name no server, so that several servers cannot be told apart. */
const UNROUTABLE: readonly string[] = ['tasks', 'extensions', 'experimental'];

/** Initialises every server that policy permits to be used, and answers for them. */
export async function initialize(context: ProxyContext, call: ClientCall): Promise<RpcAnswer> {
  const answers = await Promise.all(
    context.upstreams.map((upstream) => initializeOne(context, upstream, call)),
  );
  const [first] = answers;
  if (first === undefined) throw new TypeError('a gateway without servers');
  if (answers.length === 1) return first;
  const results = answers.flatMap((answer, index) => {
    const upstream = context.upstreams[index];
    if ('result' in answer && isJsonObject(answer.result)) return [{ upstream, result: answer.result }];
    if (upstream !== undefined) {
      upstream.capabilities = {};
      context.note(
        `server \`${upstream.name}\` is not used: ${'error' in answer ? answer.error.message : 'it answered strangely'}`,
      );
    }
    return [];
  });
  if (results.length === 0) return answers.find((answer) => 'error' in answer) ?? first;
  return { result: joined(results.map(({ upstream, result }) => ({ name: upstream?.name ?? '', result }))) };
}

async function initializeOne(
  context: ProxyContext,
  upstream: Upstream,
  call: ClientCall,
): Promise<RpcAnswer> {
  const { params } = call.request;
  const split = splitParams(params);
  const answer = await govern(
    context,
    {
      initiator: 'agent',
      method: 'initialize',
      parts: [{ action: { name: 'initialize' }, resource: { type: 'server', id: upstream.name } }],
      args: split.args,
      signal: call.signal,
      call,
    },
    'client',
    ({ args, signal }) =>
      upstream.request('initialize', joinParams(args, split, params !== undefined), { signal, call }),
  );
  if ('result' in answer && isJsonObject(answer.result)) {
    const capabilities = ownProperty(answer.result, 'capabilities');
    if (isJsonObject(capabilities)) upstream.capabilities = capabilities;
  } else if ('result' in answer) {
    return { error: { code: INTERNAL_ERROR, message: `server \`${upstream.name}\` answered strangely` } };
  }
  return answer;
}

/** One answer for several: the lowest protocol version, all capabilities, all instructions under their server's name. */
function joined(servers: readonly { readonly name: string; readonly result: JsonObject }[]): JsonObject {
  const versions = servers
    .map(({ result }) => ownProperty(result, 'protocolVersion'))
    .filter((version) => typeof version === 'string')
    // Versions are dates, so their order is the order of their texts.
    .sort();
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
    protocolVersion: versions[0] ?? '2024-11-05',
    capabilities: Object.fromEntries(routable),
    serverInfo: SERVER_INFO,
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
