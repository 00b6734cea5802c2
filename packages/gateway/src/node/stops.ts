/** Whether an agent is stopped while nothing of it is judged: streams on which it only listens, results that are kept for it. */
import {
  admit,
  type AgentIdentity,
  type Caller,
  createKillWatch,
  type StateReader,
  type Timers,
} from '@writ/core';

/** How often kills of other processes are looked for while somebody listens, in milliseconds. */
const POLL_MS = 250;

/** Tells of stops. Nobody to ask counts as one. An absent caller is the node's own agent. */
export interface Stops {
  /** Calls `stopped` once when the agent of `caller`, or one that delegated to it, is killed by any process. The end of watching. */
  watch(caller: Caller | undefined, stopped: () => void): () => void;
  /** Whether it is killed at this instant. */
  isStopped(caller: Caller | undefined): boolean;
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
    caller: Caller | undefined,
  ): { agent: AgentIdentity; chain: readonly AgentIdentity[] } => ({
    agent: caller?.agent ?? agent,
    chain: caller?.chain ?? [],
  });
  return {
    watch(caller, stopped) {
      const controller = new AbortController();
      controller.signal.addEventListener('abort', stopped, { once: true });
      const watched = kills.watch({ subject: subjectOf(caller), parts: [] }, controller);
      return () => watched.done();
    },
    isStopped(caller) {
      try {
        return admit(state, subjectOf(caller), []) !== undefined;
      } catch {
        return true;
      }
    },
  };
}
