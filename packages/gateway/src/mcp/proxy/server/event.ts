/** Notifications: content is judged and dropped where refused; hints are passed on as hints. */
import { type Caller, isJsonObject, type JsonObject, ownProperty, type Resource } from '@writ/core';
import { methodRow, type MethodRow, type Sender } from '../../methods/index.ts';
import { normalUri } from '../../naming/index.ts';
import { isRpcId, type RpcNotification } from '../../rpc/index.ts';
import type { ClientCall, Upstream } from '../../upstream/index.ts';
import type { ProxyContext } from '../context.ts';
import { besideOf, govern, joinParams, sendable, splitParams } from '../judge/index.ts';
import { ACKNOWLEDGED, subscriptionOf } from '../subscription.ts';
import { serverAction } from './request.ts';

/** Judges what a server tells and passes it to the client. Resolves once it is written or dropped; never rejects. */
export async function passServerEvent(
  context: ProxyContext,
  upstream: Upstream,
  notification: RpcNotification,
  call?: ClientCall,
): Promise<void> {
  const { method, params } = notification;
  const row = methodRow('server', false, method);
  const split = splitParams(params);
  if (method === ACKNOWLEDGED) {
    // Outside a subscription nobody waits for it.
    if (call !== undefined) subscriptionOf(call.channel)?.acknowledge(upstream, params);
    return;
  }
  if (row.control === 'transport') {
    passHint(context, upstream, method, call);
    return;
  }
  const isProgress = method === 'notifications/progress';
  const routed = isProgress ? context.progress.forClient(upstream, split.args) : { args: split.args };
  if (routed === undefined) return;
  const resource = eventResource(row, upstream, routed.args);
  if (resource === undefined) return;
  const action = serverAction(upstream, method, routed.args, call === undefined ? {} : { call });
  const parts = [{ action: { name: method }, resource }];
  const channel = call?.channel ?? routed.channel ?? context.client;
  await govern(context, { ...action, parts, wait: false }, 'server', ({ args }) => {
    channel.notify(method, joinParams(args, split, params !== undefined));
    return Promise.resolve({ result: {} });
  });
}

/** Judges what the client tells and passes it to the server it is for. Never rejects. */
export async function passClientEvent(
  context: ProxyContext,
  notification: RpcNotification,
  caller?: Caller,
): Promise<void> {
  const { method, params } = notification;
  const split = splitParams(params);
  const beside = besideOf(split.meta);
  const routed = method === 'notifications/progress' ? context.progress.toServer(split.args) : undefined;
  const [only, ...more] = context.upstreams;
  const upstream = routed?.upstream ?? (more.length === 0 ? only : undefined);
  const judgedOn = upstream === undefined ? context.upstreams : [upstream];
  await govern(
    context,
    {
      initiator: 'agent',
      method,
      parts: judgedOn.map(({ name }) => ({
        action: { name: method },
        resource: { type: 'server', id: name },
      })),
      args: routed?.args ?? split.args,
      wait: false,
      // Nobody sees an answer to it.
      showsNotices: false,
      ...(beside === undefined ? {} : { beside }),
      ...(caller === undefined ? {} : { caller }),
    },
    'client',
    (performance) => {
      const kept = sendable(split, performance);
      // Behind several servers, one that names none reaches none.
      upstream?.notify(method, joinParams(performance.args, kept, params !== undefined));
      return Promise.resolve({ result: {} });
    },
  );
}

/** Whether a notification of this sender only says how the connection is. */
export function isHint(sender: Sender, method: string): boolean {
  return methodRow(sender, false, method).control === 'transport';
}

/** The id that `notifications/cancelled` names, and the reason it gives. */
export function cancelledOf(
  params: JsonObject | undefined,
): { readonly id: string | number; readonly reason: string | undefined } | undefined {
  const id = params === undefined ? undefined : ownProperty(params, 'requestId');
  const reason = params === undefined ? undefined : ownProperty(params, 'reason');
  return isRpcId(id) ? { id, reason: typeof reason === 'string' ? reason : undefined } : undefined;
}

function passHint(context: ProxyContext, upstream: Upstream, method: string, call?: ClientCall): void {
  if (method === 'notifications/tools/list_changed') {
    // Not awaited: the listing's answer would wait for this very notification. A client that lists now waits for it.
    void context.catalogue.refresh(upstream);
  } else if (method === 'notifications/prompts/list_changed') context.directory.forget('prompts/list');
  else if (method === 'notifications/resources/list_changed') {
    context.directory.forget('resources/list');
    context.directory.forget('resources/templates/list');
  }
  const channel = call?.channel ?? context.client;
  channel.notify(method);
}

function eventResource(row: MethodRow, upstream: Upstream, args: JsonObject): Resource | undefined {
  if (row.target !== 'data') return { type: 'server', id: upstream.name };
  const uri = isJsonObject(args) ? ownProperty(args, 'uri') : undefined;
  const normal = typeof uri === 'string' ? normalUri(uri) : { problem: 'no URI' };
  return 'problem' in normal ? undefined : { type: 'data', id: normal.id, server: upstream.name };
}
