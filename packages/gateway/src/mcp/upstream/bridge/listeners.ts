/** The open `subscriptions/listen` of modern clients, as a legacy server's notifications reach them. */
import { isJsonObject, type JsonObject, type JsonValue, ownProperty } from '@writ/core';
import type { RpcNotification } from '../../rpc/index.ts';
import { META } from '../envelope.ts';
import type { ClientCall } from '../types.ts';

/** Which field of a filter admits which notification. */
const ADMITTED_BY: ReadonlyMap<string, string> = new Map([
  ['notifications/tools/list_changed', 'toolsListChanged'],
  ['notifications/prompts/list_changed', 'promptsListChanged'],
  ['notifications/resources/list_changed', 'resourcesListChanged'],
]);
/** Which capability a server must have declared for a field. */
const FEATURE_OF: readonly (readonly [field: string, feature: string, flag: string])[] = [
  ['toolsListChanged', 'tools', 'listChanged'],
  ['promptsListChanged', 'prompts', 'listChanged'],
  ['resourcesListChanged', 'resources', 'listChanged'],
];
/** Resources that one client may watch. */
const MAX_URIS = 1_024;

/** What a client listens to. */
export interface Listener {
  readonly call: ClientCall;
  /** As acknowledged. */
  readonly filter: JsonObject;
  readonly uris: ReadonlySet<string>;
}

/** The part of what `call` asks for that a server with `capabilities` can send; `undefined` where it asks for nothing that can be read. */
export function listenerFor(call: ClientCall, capabilities: JsonObject): Listener | undefined {
  const { params } = call.request;
  const asked = params === undefined ? undefined : ownProperty(params, 'notifications');
  if (!isJsonObject(asked)) return undefined;
  const filter: Record<string, JsonValue> = {};
  for (const [field, feature, flag] of FEATURE_OF) {
    if (ownProperty(asked, field) === true && flagOf(capabilities, feature, flag)) filter[field] = true;
  }
  const uris = ownProperty(asked, 'resourceSubscriptions');
  if (!Array.isArray(uris) || !flagOf(capabilities, 'resources', 'subscribe'))
    return { call, filter, uris: new Set() };
  const texts = uris.filter((uri) => typeof uri === 'string');
  if (texts.length !== uris.length || texts.length > MAX_URIS) return undefined;
  if (texts.length > 0) filter['resourceSubscriptions'] = texts;
  return { call, filter, uris: new Set(texts) };
}

/** Whether a listener wants a notification. */
export function wants({ filter, uris }: Listener, { method, params }: RpcNotification): boolean {
  if (method === 'notifications/resources/updated') {
    const uri = params === undefined ? undefined : ownProperty(params, 'uri');
    return typeof uri === 'string' && uris.has(uri);
  }
  const field = ADMITTED_BY.get(method);
  return field !== undefined && ownProperty(filter, field) === true;
}

/** Whether a notification reaches modern clients through what they listen to, and not otherwise. */
export function isSubscribed(method: string): boolean {
  return method === 'notifications/resources/updated' || ADMITTED_BY.has(method);
}

/** `params` with the id of the subscription it belongs to, which is that of the request. */
export function inSubscription(params: JsonObject | undefined, { request }: ClientCall): JsonObject {
  const meta = params === undefined ? undefined : ownProperty(params, '_meta');
  return { ...params, _meta: { ...(isJsonObject(meta) ? meta : {}), [META.subscriptionId]: request.id } };
}

function flagOf(capabilities: JsonObject, feature: string, flag: string): boolean {
  const own = ownProperty(capabilities, feature);
  return isJsonObject(own) && ownProperty(own, flag) === true;
}
