/** Whether entries of a node are missing: what it says that it wrote, against what came. */
import type { Ingested } from '../mirror/index.ts';
import type { Heartbeat } from './heartbeat.ts';

/** What is missing. */
export interface Omissions {
  /** Entries that the node counted within what is held, and that are not there. */
  readonly entries: number;
  readonly evidence: number;
}

/**
 * Entries of a producer that should be held, and are not. Only where all is held that the node's log had when it spoke: before, they may be on their way. A log that is shorter here than
 * its counters say has lost them, or had them taken out.
 */
export function omissionsOf(
  { size, producers }: Pick<Heartbeat, 'size' | 'producers'>,
  { next, producers: held, evidence }: Ingested,
): Omissions {
  if (next < size) return { entries: 0, evidence };
  const entries = producers
    .map(({ boot, counter }) => Math.max(0, counter - (held.get(boot)?.counter ?? -1)))
    .reduce((sum, missing) => sum + missing, 0);
  return { entries, evidence };
}
