/** Places for uploads of entries: of logs that are known, and few for each, so that nobody who knows one of them holds up the others. */
import { Problem } from '../http/index.ts';

/** Most uploads at once. Each holds one package of entries, 16 MiB at the very most. */
const MAX_UPLOADS = 16;
/** Most of one log: what its node sends, and what it sends again after it was cut off. */
const MAX_OF_LOG = 2;

const PRESENT = new Map<string, number>();

/** Takes a place for the log `origin`; what it answers gives it back. Throws `server.unavailable` where there is none. */
export function enterUpload(origin: string): () => void {
  const present = PRESENT.get(origin) ?? 0;
  const all = [...PRESENT.values()].reduce((sum, count) => sum + count, 0);
  if (present >= MAX_OF_LOG || all >= MAX_UPLOADS)
    throw new Problem('server.unavailable', 'too many uploads at once');
  PRESENT.set(origin, present + 1);
  return () => {
    const left = (PRESENT.get(origin) ?? 1) - 1;
    if (left === 0) PRESENT.delete(origin);
    else PRESENT.set(origin, left);
  };
}
