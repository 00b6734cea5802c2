/** Verifies a whole log from its entries up. */
import { Fault } from '../../kernel/index.ts';
import { verifyEntries } from './engine/index.ts';
import type { LogReport, VerifyOptions } from './report.ts';

/** What to verify, and against what. */
export interface VerifyLogOptions extends VerifyOptions {
  /** Ends verification early with the fault `guard.aborted`. */
  readonly signal?: AbortSignal;
}

/**
 * Verifies the log in `source`: signature by a key of the caller's, root recomputed from the bytes of every entry, every tile, and
 * every checkpoint noted earlier. Memory does not grow with the log. What is wrong with the log is a problem in the report;
 * a fault is thrown only where reading or verifying itself fails.
 *
 * Proves that nothing was altered or removed after it was logged; not that everything was logged, and not, unless
 * witnesses vouch for it, that others were shown the same log.
 */
export async function verifyLog(options: VerifyLogOptions): Promise<LogReport> {
  const { signal, progress } = options;
  return verifyEntries({
    ...options,
    progress(entries) {
      if (signal?.aborted === true)
        throw new Fault('guard.aborted', `verification was aborted at entry ${entries}`);
      progress?.(entries);
    },
  });
}
