/** Waits for people: a held call looks at the shared state until it is answered, its time is over or its caller is gone. */
import type { Hold, StateReader } from '../model/index.ts';
import type { Timers } from './system.ts';

/** How a wait ended. `settled` carries what `settle` answered; `gone`: the hold is no longer in the state. */
export type WaitEnd<Settled> =
  | { readonly status: 'settled'; readonly value: Settled }
  | { readonly status: 'timeout' }
  | { readonly status: 'aborted' }
  | { readonly status: 'gone' };

/** What a wait stands on. */
export interface WaitOptions<Settled> {
  readonly state: StateReader;
  readonly timers: Timers;
  /** Index of the held decision. */
  readonly hold: number;
  /** Longest wait in milliseconds; 0 looks once. */
  readonly waitMs: number;
  /** Time between two looks, in milliseconds. */
  readonly pollMs: number;
  /** The caller's; its abort ends the wait. */
  readonly signal?: AbortSignal;
  /** Called with the hold as it stands at each look; an answer other than `undefined` ends the wait. */
  readonly settle: (hold: Hold) => Settled | undefined;
}

/**
 * Resolves when `settle` answers, `waitMs` passed or `signal` aborted, whichever comes first. The state is read at once, then at each
 * poll, for answers of this process do not change its version. Rejects with what the state or `settle` throws.
 */
export function waitForAnswers<Settled>(options: WaitOptions<Settled>): Promise<WaitEnd<Settled>> {
  const { state, timers, signal } = options;
  return new Promise((resolve, reject) => {
    let cancelPoll: (() => void) | undefined;
    const endings: (() => void)[] = [];

    const finish = (act: () => void): void => {
      cancelPoll?.();
      for (const cancel of endings) cancel();
      signal?.removeEventListener('abort', onAbort);
      act();
    };
    const end = (result: WaitEnd<Settled>): void => finish(() => resolve(result));
    const onAbort = (): void => end({ status: 'aborted' });

    /** Whether the wait ended. */
    const look = (): boolean => {
      try {
        const hold = state.hold(options.hold);
        if (hold === undefined) return (end({ status: 'gone' }), true);
        const value = options.settle(hold);
        if (value === undefined) return false;
        return (end({ status: 'settled', value }), true);
      } catch (fault) {
        return (finish(() => reject(fault)), true);
      }
    };
    const poll = (): void => {
      cancelPoll = timers.after(options.pollMs, () => {
        if (!look()) poll();
      });
    };

    if (signal?.aborted === true) return onAbort();
    if (look()) return;
    if (options.waitMs <= 0) return end({ status: 'timeout' });
    signal?.addEventListener('abort', onAbort, { once: true });
    const cancelEnd = timers.after(options.waitMs, () => {
      // One last look: an answer that came within the time counts, whenever the poll would have been.
      if (!look()) end({ status: 'timeout' });
    });
    endings.push(cancelEnd);
    poll();
  });
}
