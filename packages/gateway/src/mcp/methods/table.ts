/** Every MCP method the gateway knows, what it does with it, and why: one row per method and sender. */

/** Who sends it. */
export type Sender = 'client' | 'server';

/**
 * `call`: judged before it is passed on, its result judged before it is delivered. `list`: each item judged, hidden where refused.
 * `event`: a notification that carries content, judged like a call and dropped where refused.
 * `transport`: carries nothing but the state of the connection; rebuilt from its known fields, so that nothing can ride on it.
 */
export type Control = 'call' | 'list' | 'event' | 'transport';

/** What a method acts on, and so which resource its policy reads. */
export type TargetKind = 'server' | 'every-server' | 'tool' | 'prompt' | 'data' | 'reference' | 'none';

/** One method from one sender. */
export interface MethodRow {
  readonly method: string;
  readonly sender: Sender;
  readonly isRequest: boolean;
  readonly control: Control;
  readonly target: TargetKind;
  readonly why: string;
}

type Kind = 'request' | 'notification';

function row(
  sender: Sender,
  kind: Kind,
  method: string,
  control: Control,
  target: TargetKind,
  why: string,
): MethodRow {
  return { method, sender, isRequest: kind === 'request', control, target, why };
}

/** The table. A method that is not in it is treated as {@link unknownMethod}. */
export const METHOD_TABLE: readonly MethodRow[] = [
  row(
    'client',
    'request',
    'initialize',
    'call',
    'every-server',
    'decides whether the server may be used; its instructions reach the model',
  ),
  row(
    'client',
    'request',
    'server/discover',
    'call',
    'server',
    'the modern `initialize`; its instructions reach the model',
  ),
  row(
    'client',
    'request',
    'ping',
    'transport',
    'none',
    'asks whether this hop is alive, so this hop answers',
  ),
  row('client', 'request', 'tools/list', 'list', 'tool', 'what is refused or not accepted is not shown'),
  row('client', 'request', 'tools/call', 'call', 'tool', 'acts on the world'),
  row('client', 'request', 'resources/list', 'list', 'data', 'names and descriptions are data'),
  row('client', 'request', 'resources/templates/list', 'list', 'data', 'templates say where data lies'),
  row(
    'client',
    'request',
    'resources/read',
    'call',
    'data',
    'reads, and can reach files and networks by its URI',
  ),
  row('client', 'request', 'resources/subscribe', 'call', 'data', 'makes the server send later'),
  row('client', 'request', 'resources/unsubscribe', 'call', 'data', 'names data to the server'),
  row('client', 'request', 'subscriptions/listen', 'call', 'server', 'the modern subscription'),
  row('client', 'request', 'prompts/list', 'list', 'prompt', 'names and descriptions reach the model'),
  row('client', 'request', 'prompts/get', 'call', 'prompt', 'returns messages that instruct the model'),
  row('client', 'request', 'completion/complete', 'call', 'reference', 'suggestions disclose names of data'),
  row('client', 'request', 'logging/setLevel', 'call', 'every-server', 'makes the server say more'),
  row('client', 'request', 'tasks/get', 'call', 'server', 'reads the state of a task'),
  row('client', 'request', 'tasks/update', 'call', 'server', 'answers what a task asks, so data leaves'),
  row('client', 'request', 'tasks/cancel', 'call', 'server', 'ends a task'),
  row('client', 'request', 'tasks/list', 'call', 'server', 'discloses tasks'),
  row('client', 'request', 'tasks/result', 'call', 'server', 'delivers what a task did'),
  row(
    'client',
    'notification',
    'notifications/initialized',
    'transport',
    'every-server',
    'ends the handshake, sent on without parameters',
  ),
  row(
    'client',
    'notification',
    'notifications/cancelled',
    'transport',
    'none',
    'stops; sent on as id and reason for what is under way only',
  ),
  row(
    'client',
    'notification',
    'notifications/roots/list_changed',
    'transport',
    'every-server',
    'a hint to ask again, sent on without parameters; the asking is judged',
  ),
  row(
    'client',
    'notification',
    'notifications/progress',
    'event',
    'server',
    'its message is text that leaves',
  ),
  row(
    'server',
    'request',
    'sampling/createMessage',
    'call',
    'server',
    'spends the model, and what it writes leaves',
  ),
  row('server', 'request', 'elicitation/create', 'call', 'server', 'asks the person, phishing included'),
  row('server', 'request', 'roots/list', 'call', 'server', 'discloses paths'),
  row(
    'server',
    'request',
    'ping',
    'transport',
    'none',
    'asks whether this hop is alive, so this hop answers',
  ),
  row(
    'server',
    'notification',
    'notifications/message',
    'event',
    'server',
    'its text can instruct the model or hold secrets',
  ),
  row(
    'server',
    'notification',
    'notifications/progress',
    'event',
    'server',
    'its message can instruct the model or hold secrets',
  ),
  row('server', 'notification', 'notifications/resources/updated', 'event', 'data', 'names data'),
  row(
    'server',
    'notification',
    'notifications/subscriptions/acknowledged',
    'transport',
    'none',
    'says which changes will be told; the gateway answers for all servers together',
  ),
  row(
    'server',
    'notification',
    'notifications/cancelled',
    'transport',
    'none',
    'stops; sent on as id and reason for what is under way only',
  ),
  row(
    'server',
    'notification',
    'notifications/tools/list_changed',
    'transport',
    'none',
    'a hint to ask again, sent on without parameters; definitions are pinned anew',
  ),
  row(
    'server',
    'notification',
    'notifications/resources/list_changed',
    'transport',
    'none',
    'a hint to ask again, sent on without parameters',
  ),
  row(
    'server',
    'notification',
    'notifications/prompts/list_changed',
    'transport',
    'none',
    'a hint to ask again, sent on without parameters',
  ),
];

/**
 * Names of actions that no message is: parts that the gateway judges itself, and actions of other faces. A policy that permits one of them says nothing of
 * a method that somebody calls so, which would otherwise pass by that permission.
 */
export const OWN_ACTIONS: ReadonlySet<string> = new Set([
  'results/deliver',
  'inputs/respond',
  'process/exec',
  'network/egress',
  'file/read',
  'file/write',
  'agent/spawn',
  'agent/message',
  'memory/write',
  'model/call',
  'sandbox/create',
]);

const ROWS: ReadonlyMap<string, MethodRow> = new Map(
  METHOD_TABLE.map((entry) => [keyOf(entry.sender, entry.isRequest, entry.method), entry]),
);

/** The row for a method; for one that is not in the table, a row that has it judged on the server and passed on only where a policy permits it. */
export function methodRow(sender: Sender, isRequest: boolean, method: string): MethodRow {
  return ROWS.get(keyOf(sender, isRequest, method)) ?? unknownMethod(sender, isRequest, method);
}

/** How a method is treated that nobody here knows: nothing permits it unless a policy does. */
export function unknownMethod(sender: Sender, isRequest: boolean, method: string): MethodRow {
  const control = isRequest ? 'call' : 'event';
  return { method, sender, isRequest, control, target: 'server', why: 'unknown: by policy alone' };
}

function keyOf(sender: Sender, isRequest: boolean, method: string): string {
  return `${sender} ${isRequest} ${method}`;
}
