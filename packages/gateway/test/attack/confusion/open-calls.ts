/** Calls and subscriptions that stay open, over HTTP, for callers that a test lets in and shuts out. */
import type { JsonObject } from '@writ/core';
import { manualTimers, type ManualTimers } from '../../harness.ts';
import { echo, HttpHarness } from '../../http-harness.ts';
import type { Behaviour, MemoryUpstream } from '../../memory-upstream.ts';
import type { ClientCall } from '../../../src/mcp/upstream/index.ts';
import { Callers } from '../callers.ts';

/** How often the face looks after its streams, in milliseconds. */
export const KEEP_ALIVE_MS = 15_000;
/** A call in the form of the legacy era. */
export const CALL: JsonObject = {
  jsonrpc: '2.0',
  id: 5,
  method: 'tools/call',
  params: { name: 'echo', arguments: { a: 1 } },
};

/** A server whose calls and subscriptions stay open until the test lets them end. */
export function waiting(): {
  behave: Behaviour;
  calls: ClientCall[];
  server: () => MemoryUpstream | undefined;
} {
  const calls: ClientCall[] = [];
  let own: MemoryUpstream | undefined;
  const behave: Behaviour = async (asked, server, call) => {
    own = server;
    if (asked.method !== 'tools/call' && asked.method !== 'subscriptions/listen')
      return echo(asked, server, call);
    if (call !== undefined) calls.push(call);
    const { params } = asked;
    const notifications = params?.['notifications'] ?? {};
    if (asked.method === 'subscriptions/listen')
      await server.tell('notifications/subscriptions/acknowledged', { notifications }, call);
    else await server.tell('notifications/message', { level: 'info', data: 'begun' }, call);
    return new Promise(() => {});
  };
  return { behave, calls, server: () => own };
}

/** Opens a face in front of `behave`. */
export async function start(
  behave: Behaviour = echo,
): Promise<{ readonly callers: Callers; readonly timers: ManualTimers; readonly harness: HttpHarness }> {
  const callers = new Callers();
  const timers = manualTimers();
  const { authenticate } = callers;
  const harness = await HttpHarness.start({ behave, timers, authenticate });
  return { callers, timers, harness };
}
