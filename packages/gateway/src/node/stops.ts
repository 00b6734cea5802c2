/** Whether an agent is stopped while nothing of it is judged: streams on which it only listens, results that are kept for it. */
import {
  admit,
  type AgentIdentity,
  type Caller,
  createKillWatch,
  type Part,
  type StateReader,
  type Timers,
} from '@writ/core';

/** How often kills of other processes are looked for while somebody listens, in milliseconds. */
const POLL_MS = 250;

/** Who may be stopped. */
export type StoppedCaller = Pick<Caller, 'agent' | 'chain'>;

/** Tells of stops. Nobody to ask counts as one. An absent caller is the node's own agent. */
export interface Stops {
  /** Calls `stopped` once when the agent of `caller`, or one that delegated to it, or `server` where one is given, is killed by any process. The end of watching. */
  watch(caller: StoppedCaller | undefined, stopped: () => void, server?: string): () => void;
  /** Whether it is killed at this instant. */
  isStopped(caller: StoppedCaller | undefined, server?: string): boolean;
}

/** What stops stand on. */
export interface StopsOptions {
  readonly state: StateReader;
  readonly timers: Timers;
  /** The node's own. */
  readonly agent: AgentIdentity;
}

/** Stops over `options.state`. While nobody watches it costs nothing. */
export function createStops({ state, timers, agent }: StopsOptions): Stops {
  const kills = createKillWatch({ state, timers, pollMs: POLL_MS });
  const subjectOf = (
    caller: StoppedCaller | undefined,
  ): { agent: AgentIdentity; chain: readonly AgentIdentity[] } => ({
    agent: caller?.agent ?? agent,
    chain: caller?.chain ?? [],
  });
  return {
    watch(caller, stopped, server) {
      const controller = new AbortController();
      controller.signal.addEventListener('abort', stopped, { once: true });
      const watched = kills.watch({ subject: subjectOf(caller), parts: partsOf(server) }, controller);
      return () => watched.done();
    },
    isStopped(caller, server) {
      try {
        return admit(state, subjectOf(caller), partsOf(server)) !== undefined;
      } catch {
        return true;
      }
    },
  };
}

/** What stops of a server look at. */
function partsOf(server: string | undefined): readonly Part[] {
  if (server === undefined) return [];
  return [{ action: { name: 'tools/call' }, resource: { type: 'server', id: server, server } }];
}
