/** How many listen: bounded for each organisation and altogether, so that nobody takes all. */
import { Problem } from '../http/index.ts';
import type { Plane } from '../plane.ts';

const MOST = 10_000;

/** Streams of one kind that are open. */
export interface Listeners {
  /** Counts one in; the way out, once. Throws `request.too-many`. */
  readonly enter: (plane: Plane, organisation: string) => () => void;
}

/** At most `mostEach` of an organisation. */
export function createListeners(mostEach: number): Listeners {
  const counts = new WeakMap<Plane, Map<string, number>>();
  return {
    enter(plane, organisation) {
      const count = counts.get(plane) ?? new Map<string, number>();
      counts.set(plane, count);
      const mine = count.get(organisation) ?? 0;
      const all = [...count.values()].reduce((sum, one) => sum + one, 0);
      if (mine >= mostEach || all >= MOST)
        throw new Problem('request.too-many', 'too many listen already; close a stream that nobody reads');
      count.set(organisation, mine + 1);
      let isIn = true;
      return () => {
        if (!isIn) return;
        isIn = false;
        const left = (count.get(organisation) ?? 1) - 1;
        if (left === 0) count.delete(organisation);
        else count.set(organisation, left);
      };
    },
  };
}
