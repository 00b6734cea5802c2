/** What the rules of a purpose call an action. */
import type { ActionRequest } from '../model/index.ts';

/** The protocol's own, which carry names of what is asked for and none of a person's data. Whatever is not named here needs a rule. */
const CARRIES_NONE: ReadonlySet<string> = new Set([
  'initialize',
  'server/discover',
  'ping',
  'logging/setLevel',
  'resources/read',
  'resources/subscribe',
  'resources/unsubscribe',
  'subscriptions/listen',
  'roots/list',
  'tasks/get',
  'tasks/cancel',
  'tasks/list',
  'tasks/result',
  'notifications/initialized',
  'notifications/cancelled',
  'notifications/progress',
  'notifications/tools/list_changed',
  'notifications/resources/list_changed',
  'notifications/resources/updated',
  'notifications/prompts/list_changed',
  'notifications/roots/list_changed',
]);

/** `server/tool` for a tool, else the method; `undefined` for what carries no data that purposes are about. */
export function minimisationTarget({
  phase,
  method,
  parts,
}: Pick<ActionRequest, 'phase' | 'method' | 'parts'>): string | undefined {
  if (phase !== 'call' || CARRIES_NONE.has(method)) return undefined;
  const resource = parts[0]?.resource;
  return method === 'tools/call' && resource?.type === 'tool' ? resource.id : method;
}
