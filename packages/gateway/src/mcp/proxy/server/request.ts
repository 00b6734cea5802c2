/** What a server starts by itself: sampling, elicitation, roots, and whatever else it asks of the client. */
import { isJsonObject, type JsonObject, ownProperty } from '@writ/core';
import { OWN_ACTIONS } from '../../methods/index.ts';
import { REFUSED, type RpcAnswer, type RpcRequest } from '../../rpc/index.ts';
import type { RequestOptions, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { type Action, govern, joinParams, splitParams } from '../judge/index.ts';

/** Requests for input in one result that are judged; a result with more is refused. */
const MAX_INPUT_REQUESTS = 64;

/** Judges a server's request with the server as its initiator, and asks the client where it is permitted. */
export function passServerRequest(
  context: ProxyContext,
  upstream: Upstream,
  request: RpcRequest,
  options: RequestOptions,
): Promise<RpcAnswer> {
  const { method, params } = request;
  const split = splitParams(params);
  return govern(context, serverAction(upstream, method, split.args, options), 'server', (performance) => {
    const meta = context.progress.toClient(upstream, split.meta);
    const sent = joinParams(performance.args, { ...split, meta }, params !== undefined);
    const channel = options.call?.channel ?? context.client;
    return channel.request(method, sent, performance.signal);
  });
}

/**
 * A result may ask the client for input instead of being complete (MCP 2026-07-28, `resultType: "input_required"`). Each such request is the
 * server's own and is judged so; if one is refused, the client never sees any.
 */
export async function judgeInputRequests(
  context: ProxyContext,
  upstream: Upstream,
  answer: RpcAnswer,
  options: RequestOptions,
): Promise<RpcAnswer> {
  if ('error' in answer || !isJsonObject(answer.result)) return answer;
  const requests = ownProperty(answer.result, 'inputRequests');
  if (!isJsonObject(requests)) return answer;
  const asked = Object.values(requests);
  if (asked.length > MAX_INPUT_REQUESTS) return refusedInput(upstream);
  for (const one of asked) {
    const method = isJsonObject(one) ? ownProperty(one, 'method') : undefined;
    const params = isJsonObject(one) ? ownProperty(one, 'params') : undefined;
    if (
      typeof method !== 'string' ||
      OWN_ACTIONS.has(method) ||
      (params !== undefined && !isJsonObject(params))
    )
      return refusedInput(upstream);
    const { args } = splitParams(params);
    const action = { ...serverAction(upstream, method, args, options), wait: false };
    let isUnchanged = false;
    const judged = await govern(context, action, 'server', (performance) => {
      // It goes to the client inside the result, so it goes unchanged or not at all.
      isUnchanged = JSON.stringify(performance.args) === JSON.stringify(args);
      return Promise.resolve({ result: {} });
    });
    if ('error' in judged || !isUnchanged) return refusedInput(upstream);
  }
  return answer;
}

/** A server's own action, on itself. */
export function serverAction(
  upstream: Upstream,
  method: string,
  args: JsonObject,
  { signal, call }: RequestOptions = {},
): Action {
  return {
    initiator: 'server',
    initiatingServer: upstream.name,
    method,
    parts: [{ action: { name: method }, resource: { type: 'server', id: upstream.name } }],
    args,
    ...(signal === undefined ? {} : { signal }),
    ...(call === undefined ? {} : { call }),
  };
}

function refusedInput(upstream: Upstream): RpcAnswer {
  const message = `server \`${upstream.name}\` asked for input that it may not ask for`;
  return { error: { code: REFUSED, message } };
}
