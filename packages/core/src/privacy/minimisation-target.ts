/** What the rules of a purpose call an action, and what may be received where they need not name it. */
import type { ActionRequest } from '../model/index.ts';
import type { AllowedFields } from './purpose.ts';

/**
 * The protocol's own messages and what they consist of: names of what is asked for and none of a person's data. Whatever is not named here needs a rule, and
 * whatever else such a message holds is removed.
 */
const PROTOCOL: ReadonlyMap<string, readonly string[]> = new Map([
  ['initialize', ['protocolVersion', 'capabilities', 'clientInfo']],
  ['server/discover', []],
  ['ping', []],
  ['logging/setLevel', ['level']],
  [
    'subscriptions/listen',
    // Without the resources, whose URIs are words of whoever asks.
    ['toolsListChanged', 'promptsListChanged', 'resourcesListChanged', 'taskIds'].map(
      (name) => `notifications.${name}`,
    ),
  ],
  ['roots/list', []],
  ['tasks/get', ['taskId']],
  ['tasks/cancel', ['taskId']],
  ['tasks/list', ['cursor']],
  ['tasks/result', ['taskId']],
  ['notifications/initialized', []],
  ['notifications/cancelled', ['requestId']],
  ['notifications/progress', ['progressToken', 'progress', 'total']],
  ['notifications/tools/list_changed', []],
  ['notifications/resources/list_changed', []],
  ['notifications/resources/updated', ['uri']],
  ['notifications/prompts/list_changed', []],
  ['notifications/roots/list_changed', []],
]);

/** `server/tool` for a tool, else the method; `undefined` for what carries no data that purposes are about. */
export function minimisationTarget({
  phase,
  method,
  parts,
}: Pick<ActionRequest, 'phase' | 'method' | 'parts'>): string | undefined {
  if (phase !== 'call' || PROTOCOL.has(method)) return undefined;
  const resource = parts[0]?.resource;
  return method === 'tools/call' && resource?.type === 'tool' ? resource.id : method;
}

/** What may be received of a message of the protocol that no rule names; `undefined` where a rule has to. What a server says of it goes to no tool. */
export function protocolFields({
  method,
  initiator,
}: Pick<ActionRequest, 'method' | 'initiator'>): AllowedFields | undefined {
  const fields = PROTOCOL.get(method);
  return fields !== undefined && initiator === 'server' ? 'everything' : fields;
}
