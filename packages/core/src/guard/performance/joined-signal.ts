/** One signal that follows others. `AbortSignal.any` does it too, at five times the cost, and is kept for ever by who still listens to it. */

/** A signal that aborts with the first of those it follows, or when told. */
export interface JoinedSignal {
  readonly signal: AbortSignal;
  readonly abort: (reason: unknown) => void;
  /** Stops following. INVARIANT: always called in the end; until then the signals that are followed keep this one. Idempotent. */
  readonly release: () => void;
}

/**
 * Follows `signals`; one that is aborted already aborts at once, with its reason. `ended` is told the reason, once: at a fifth of the cost of a
 * listener, and after those that `signal` has by then.
 */
export function joinSignals(
  signals: readonly AbortSignal[],
  ended?: (reason: unknown) => void,
): JoinedSignal {
  const controller = new AbortController();
  const abort = (reason: unknown): void => {
    if (controller.signal.aborted) return;
    controller.abort(reason);
    ended?.(controller.signal.reason);
  };
  const followed = signals.map((signal) => ({ signal, follow: () => abort(signal.reason) }));
  for (const { signal, follow } of followed) {
    if (signal.aborted) follow();
    else signal.addEventListener('abort', follow, { once: true });
  }
  return {
    signal: controller.signal,
    abort,
    release: () => {
      for (const { signal, follow } of followed) signal.removeEventListener('abort', follow);
    },
  };
}
