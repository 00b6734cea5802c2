/** Ends what flows for a purpose that is in force no more: its bytes pass unjudged, so that to them no next call ever comes. */
import { Fault } from '../kernel/index.ts';
import type { StateReader } from '../model/index.ts';
import type { Timers } from './system.ts';

/** How often it is looked, in milliseconds; more often than once a second would cost a store on a network more than it brings. */
const LOOK_EVERY_MS = 1_000;

/** Something that flows. */
interface Flow {
  /** Whether what it rests on still holds. Throws where that cannot be read. */
  readonly stands: (state: StateReader) => boolean;
  readonly abort: (reason: Fault) => void;
}

/** Watches for as long as something flows; idle, it costs nothing. Its bound is that of the actions under way. */
export interface FlowWatch {
  /** Until the answer is called. */
  watch(flow: Flow): () => void;
  /** Stops looking. Idempotent. */
  close(): void;
}

/** A watch over `state`. */
export function createFlowWatch(state: StateReader, timers: Timers): FlowWatch {
  const flows = new Set<Flow>();
  let cancel: (() => void) | undefined;

  const schedule = (): void => {
    if (flows.size === 0) return;
    cancel ??= timers.after(LOOK_EVERY_MS, () => {
      cancel = undefined;
      look();
      schedule();
    });
  };

  const look = (): void => {
    let seen: StateReader | undefined;
    for (const flow of flows) {
      try {
        seen ??= state.look?.() ?? state;
        if (!flow.stands(seen)) end(flow, 'its purpose is in force no more', 'guard.purpose');
      } catch (cause) {
        // Whoever cannot see that consent was taken back must act as if it were.
        end(flow, 'what is recorded of its purpose cannot be read', 'log.unavailable', cause);
      }
    }
  };

  const end = (flow: Flow, problem: string, code: string, cause?: unknown): void => {
    flows.delete(flow);
    flow.abort(new Fault('guard.aborted', problem, { code }, { cause }));
  };

  const stop = (): void => {
    cancel?.();
    cancel = undefined;
  };

  return {
    watch(flow) {
      flows.add(flow);
      schedule();
      return () => {
        flows.delete(flow);
        if (flows.size === 0) stop();
      };
    },
    close: stop,
  };
}
