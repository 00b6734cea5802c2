/** Which class and activity a recorded method is. */
import { type DecisionRecord, isPermitting, type Verdict } from '@writ/core';
import { API_ACTIVITY, type EventClass, NETWORK_ACTIVITY } from './classes.ts';

/** Methods that are one of the four activities of API Activity. A tool call is none: it is `Other`, by its method. */
const API_ACTIVITIES: Readonly<Record<string, number>> = {
  'tools/list': 2,
  'resources/list': 2,
  'resources/templates/list': 2,
  'resources/read': 2,
  'prompts/list': 2,
  'prompts/get': 2,
  'roots/list': 2,
  'tasks/get': 2,
  'tasks/list': 2,
  'tasks/result': 2,
  'tasks/update': 3,
  'file/read': 2,
  'file/write': 3,
  'file/delete': 4,
  'agent/spawn': 1,
  'memory/write': 3,
  'sandbox/create': 1,
  'sandbox/remove': 4,
  'sandbox/read-file': 2,
  'sandbox/write-file': 3,
};

/** Activities of Network Activity. */
export const NETWORK = { open: 1, close: 2, fail: 4, refuse: 5 } as const;

/** Class and activity of a decision about `method`. */
export function classOfMethod(
  { method }: Pick<DecisionRecord, 'method'>,
  verdict: Verdict,
): { readonly of: EventClass; readonly activity: number | string } {
  if (isOfNetwork(method))
    return { of: NETWORK_ACTIVITY, activity: isPermitting(verdict) ? NETWORK.open : NETWORK.refuse };
  return { of: API_ACTIVITY, activity: API_ACTIVITIES[method] ?? method };
}

/** Whether `method` is told as a connection. */
export function isOfNetwork(method: string): boolean {
  return method === 'network/egress';
}
