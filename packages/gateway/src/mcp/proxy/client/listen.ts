/** `subscriptions/listen` (MCP 2026-07-28): one stream of changes, whatever the number of servers behind it. */
import {
  canonicalJson,
  isJsonObject,
  type JsonObject,
  type JsonValue,
  ownProperty,
  type Part,
} from '@writ/core';
import { normalUri } from '../../naming/index.ts';
import { INVALID_PARAMS, REFUSED, type RpcAnswer } from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { besideOf, govern, joinParams, sendable, splitParams, traceOf } from '../judge/index.ts';
import { Subscription } from '../subscription.ts';
import type { OwnTask } from '../tasks/index.ts';
import { splitTaskIds, tellOfTasks } from './listen-tasks.ts';
import { resourceOwner } from './target.ts';

export const LISTEN = 'subscriptions/listen';
/** Resources named in one request. */
const MAX_RESOURCES = 1_000;
const FLAGS = ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged'] as const;

interface Share {
  readonly upstream: Upstream;
  readonly parts: readonly Part[];
  readonly notifications: JsonObject;
}

/**
 * Judges what is to be heard, on each server and each resource, and then listens for as long as the client does. Opening the stream is the
 * judged action; it ends once every server acknowledged. Whatever is told later is judged by itself.
 */
export async function listen(context: ProxyContext, call: ClientCall): Promise<RpcAnswer> {
  const { params } = call.request;
  const split = splitParams(params);
  const asked = ownProperty(split.args, 'notifications');
  if (!isJsonObject(asked)) return invalid('`params.notifications` is not an object');
  const divided = splitTaskIds(context, asked);
  if ('problem' in divided) return invalid(divided.problem);
  const { filter, own: tasks } = divided;
  if (tasks.length > 0 && Object.keys(filter).length === 0) return listenToTasks(call, tasks);
  const shares = await sharesOf(context, filter);
  if ('problem' in shares) return invalid(shares.problem);
  const trace = traceOf(split.meta);
  const beside = besideOf(split.meta);
  let ended: Promise<RpcAnswer> | undefined;
  const subscription = new Subscription(
    call,
    filter,
    shares.map(({ upstream }) => upstream),
  );
  const endTasks = tellOfTasks(subscription, tasks);
  const answer = await govern(
    context,
    {
      initiator: 'agent',
      method: LISTEN,
      parts: shares.flatMap(({ parts }) => parts),
      args: split.args,
      ...(beside === undefined ? {} : { beside }),
      signal: call.signal,
      call,
      ...(trace === undefined ? {} : { trace }),
    },
    'client',
    async (performance) => {
      const { args, signal } = performance;
      // Which server hears what was settled before; a policy that changes it changes nothing half.
      if (canonicalJson(args) !== canonicalJson(split.args)) return unchangeable();
      const own = { ...call, channel: subscription.channel };
      // Its permission ends with its opening; then it ends with the client.
      const closing = new AbortController();
      const giveUp = (): void => {
        if (!subscription.isOpen) closing.abort(signal.reason);
      };
      signal.addEventListener('abort', giveUp, { once: true });
      call.signal.addEventListener('abort', () => closing.abort(call.signal.reason), { once: true });
      const streams = shares.map(async ({ upstream, notifications }) => {
        const sent = joinParams({ ...split.args, notifications }, sendable(split, performance), true);
        const end = await upstream.request(LISTEN, sent, { signal: closing.signal, call: own });
        subscription.ended(upstream, end);
        return end;
      });
      const all = Promise.all(streams);
      all.catch(() => {});
      const refused = all.then((ends) => ends.find((end) => 'error' in end));
      const first = await Promise.race([subscription.acknowledged, refused]);
      if (first !== undefined && 'error' in first) return first;
      ended = all.then(() => subscription.end());
      ended.catch(() => {});
      return { result: {} };
    },
  );
  try {
    if ('error' in answer || ended === undefined) return answer;
    return await ended.catch((): RpcAnswer => subscription.end());
  } finally {
    endTasks();
  }
}

/** Nobody else is asked: the tasks are the gateway's own, and what they tell was judged when their calls ended. */
async function listenToTasks(call: ClientCall, tasks: readonly OwnTask[]): Promise<RpcAnswer> {
  const subscription = new Subscription(call, {}, []);
  const end = tellOfTasks(subscription, tasks);
  subscription.openAlone();
  await new Promise<void>((resolve) => {
    call.signal.addEventListener('abort', () => resolve(), { once: true });
    if (call.signal.aborted) resolve();
  });
  end();
  return subscription.end();
}

/** Which server is asked for what. A server that is gone, or owns nothing of it, is not asked. */
async function sharesOf(
  context: ProxyContext,
  filter: JsonObject,
): Promise<readonly Share[] | { readonly problem: string }> {
  const uris = ownProperty(filter, 'resourceSubscriptions') ?? [];
  if (!Array.isArray(uris) || uris.length > MAX_RESOURCES)
    return { problem: `\`resourceSubscriptions\` is not a list of at most ${MAX_RESOURCES}` };
  const byServer = new Map<string, { parts: Part[]; uris: JsonValue[] }>();
  const action = { name: LISTEN };
  for (const { name, fault } of context.upstreams) {
    if (fault !== undefined) continue;
    byServer.set(name, { parts: [{ action, resource: { type: 'server', id: name } }], uris: [] });
  }
  for (const uri of uris) {
    const normal =
      typeof uri === 'string' ? normalUri(uri) : { problem: 'a resource is not named by a string' };
    if ('problem' in normal || typeof uri !== 'string') return normal as { readonly problem: string };
    const owner = await resourceOwner(context, uri);
    if ('problem' in owner) return owner;
    const share = byServer.get(owner.upstream.name);
    share?.uris.push(uri);
    share?.parts.push({ action, resource: { type: 'data', id: normal.id, server: owner.upstream.name } });
  }
  const wanted = FLAGS.filter((flag) => ownProperty(filter, flag) === true);
  const isAlone = context.upstreams.length === 1;
  const shares = context.upstreams.flatMap((upstream): Share[] => {
    const own = byServer.get(upstream.name);
    if (own === undefined || (!isAlone && wanted.length === 0 && own.uris.length === 0)) return [];
    // One server gets the filter verbatim, members that nobody knows here included.
    const rest = isAlone ? filter : Object.fromEntries(wanted.map((flag) => [flag, true]));
    const notifications = { ...rest, ...(own.uris.length === 0 ? {} : { resourceSubscriptions: own.uris }) };
    return [{ upstream, parts: own.parts, notifications }];
  });
  return shares.length === 0 ? { problem: 'nothing that is asked for can be listened to' } : shares;
}

function unchangeable(): RpcAnswer {
  const message = 'a policy would change what is listened to, which cannot be done';
  return { error: { code: REFUSED, message } };
}

function invalid(problem: string): RpcAnswer {
  return { error: { code: INVALID_PARAMS, message: `Invalid params: ${problem}` } };
}
