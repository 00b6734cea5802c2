/** Faults of the tables, as a mirror tells them. */
import { describeFault, Fault, isFault } from '@writ/core';

/** What `work` comes to. Throws `log.unavailable` for anything but a fault of its own. */
export async function available<Value>(work: () => Promise<Value>): Promise<Value> {
  try {
    return await work();
  } catch (cause) {
    if (isFault(cause)) throw cause;
    throw new Fault(
      'log.unavailable',
      `the tables of the mirror are out of reach: ${describeFault(cause)}`,
      {},
      { cause },
    );
  }
}
