/** Aborts actions under way when a kill switch that covers them is thrown, by this process or another. */
import { Fault } from '../kernel/index.ts';
import type { StateReader } from '../model/index.ts';
import { admit, killEpochOf, type KillTarget } from './admission.ts';
import type { Timers } from './system.ts';

/** What a watch stands on. */
export interface KillWatchOptions {
  readonly state: StateReader;
  readonly timers: Timers;
  /** How often the kill epoch is read while an action is under way, in milliseconds. */
  readonly pollMs: number;
}

/** An action under way. */
export interface WatchedAction {
  /** Aborts with a `guard.aborted` fault (data: `code`, `id`) when a kill covers the action, or the state can no longer be read. */
  readonly signal: AbortSignal;
  /** Says that the action ended. Idempotent. */
  done(): void;
}

/** What is aborted: an `AbortController`, or what stands in for one. */
export type Abortable = Pick<AbortController, 'signal' | 'abort'>;

/** Watches the kill switches for as long as something is under way; idle, it costs nothing. */
export interface KillWatch {
  /** `controller` is what a kill aborts; default: one of its own. */
  watch(target: KillTarget, controller?: Abortable): WatchedAction;
  /** Looks at once instead of at the next poll. */
  check(): void;
  /** Stops looking; watched signals stay as they are. Idempotent. */
  close(): void;
}

/** A watch over `state`. Its bound is that of the actions under way, which the guard limits. */
export function createKillWatch(options: KillWatchOptions): KillWatch {
  const { state, timers, pollMs } = options;
  const actions = new Map<Abortable, KillTarget>();
  let seenEpoch: number | undefined;
  let cancelPoll: (() => void) | undefined;
  let isClosed = false;

  const schedule = (): void => {
    if (isClosed || actions.size === 0 || cancelPoll !== undefined) return;
    cancelPoll = timers.after(pollMs, () => {
      cancelPoll = undefined;
      check(false);
      schedule();
    });
  };

  const stopPolling = (): void => {
    cancelPoll?.();
    cancelPoll = undefined;
  };

  const check = (isForced: boolean): void => {
    try {
      const epoch = killEpochOf(state);
      if (!isForced && epoch === seenEpoch) return;
      seenEpoch = epoch;
      for (const [controller, target] of actions) {
        // Of this one epoch for all of them: what is thrown meanwhile moves it, and the next poll sees that.
        const refusal = admit(state, target.subject, target.parts, target.initiatingServer, epoch);
        if (refusal !== undefined) abort(controller, refusal.reason, refusal.code, refusal.id);
      }
    } catch (cause) {
      // Whoever cannot see a kill must act as if there were one.
      for (const controller of actions.keys()) {
        abort(controller, 'the kill switches cannot be read', 'log.unavailable', '', cause);
      }
    }
  };

  const abort = (controller: Abortable, problem: string, code: string, id: string, cause?: unknown): void => {
    actions.delete(controller);
    controller.abort(new Fault('guard.aborted', problem, { code, id }, { cause }));
  };

  return {
    watch(target, controller = new AbortController()) {
      actions.set(controller, target);
      // A kill may have come between admission and now, even in an epoch already seen.
      seenEpoch = undefined;
      schedule();
      return {
        signal: controller.signal,
        done() {
          actions.delete(controller);
          if (actions.size === 0) stopPolling();
        },
      };
    },
    check: () => check(true),
    close() {
      isClosed = true;
      stopPolling();
    },
  };
}
