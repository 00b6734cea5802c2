/** Waiting that ends when nobody wants the answer any more. */
import { Fault } from '@writ/core';

/** What `work` comes to; rejects with `export.unavailable` as soon as `signal` is aborted, whatever becomes of `work` then. */
export async function whileWanted<Value>(work: Promise<Value>, signal: AbortSignal): Promise<Value> {
  const { promise, reject } = Promise.withResolvers<never>();
  const end = (): void =>
    reject(new Fault('export.unavailable', 'the destination did not answer in time, or sending was ended'));
  signal.addEventListener('abort', end, { once: true });
  if (signal.aborted) end();
  try {
    return await Promise.race([work, promise]);
  } finally {
    signal.removeEventListener('abort', end);
  }
}
