/** Waiting that ends when nobody wants the answer any more. */
import { Fault, isFault } from '@writ/core';

/** What `work` comes to; rejects with `export.unavailable` as soon as `signal` is aborted, whatever becomes of `work` then. A reason that is a fault is the fault. */
export async function whileWanted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(unwanted(signal));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}

/** Why nobody wants the answer any more. */
export function unwanted({ reason }: AbortSignal): Fault {
  if (isFault(reason)) return reason;
  return new Fault('export.unavailable', 'the destination did not answer in time, or sending was ended');
}
