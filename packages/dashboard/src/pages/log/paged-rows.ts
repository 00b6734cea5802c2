/** Rows of a list without an end: pages that are near what is looked at are held, the others are fetched again when somebody comes back. Memory does not grow with what was scrolled through. */
import type { RowSource } from '../../ui/index.ts';

/** A page as the API answers it, the newest first. */
export interface RowPage<Row> {
  readonly items: readonly Row[];
  readonly next?: string;
}

/** How pages come. */
export interface PagedOptions<Row> {
  readonly load: (cursor: string | undefined, signal: AbortSignal) => Promise<RowPage<Row>>;
  /** Most pages that are held, and most that are scrolled through in one list. */
  readonly mostHeld?: number;
  readonly mostPages?: number;
}

/** What is there now; another object after each change. */
export interface PagedState<Row> {
  /** Absent until the first page came. */
  readonly rows?: RowSource<Row>;
  /** When the newest page was read, in milliseconds since 1970. */
  readonly readAt?: number;
  readonly isEnded: boolean;
  /** There are more, and no more of them in this list: a browser draws no list of any height. */
  readonly isCut: boolean;
  readonly problem?: unknown;
}

/** A list. */
export interface PagedRows<Row> {
  readonly state: () => PagedState<Row>;
  readonly subscribe: (listener: () => void) => () => void;
  /** These places are drawn: what they need is fetched, and what follows them. */
  readonly see: (first: number, last: number) => void;
  /** Fetches again what failed. */
  readonly retry: () => void;
  readonly close: () => void;
  /** Pages in memory. */
  readonly held: () => number;
}

const MOST_HELD = 30;
const MOST_PAGES = 1_000;
/** Rows ahead of what is drawn that are fetched. */
const AHEAD = 100;

export function createPagedRows<Row>({
  load,
  mostHeld = MOST_HELD,
  mostPages = MOST_PAGES,
}: PagedOptions<Row>): PagedRows<Row> {
  /** Where each page begins, by its number: its cursor, and the place of its first row. */
  const starts: { readonly cursor: string | undefined; readonly place: number }[] = [
    { cursor: undefined, place: 0 },
  ];
  const pages = new Map<number, readonly Row[]>();
  const loading = new Map<number, AbortController>();
  const listeners = new Set<() => void>();
  let seen: readonly [first: number, last: number] = [0, 0];
  let length = 0;
  let isEnded = false;
  let readAt: number | undefined;
  let problem: unknown;
  let current: PagedState<Row> = { isEnded: false, isCut: false };

  const pageOf = (place: number): number => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle]?.place ?? Infinity) <= place) low = middle;
      else high = middle - 1;
    }
    return low;
  };
  const at = (place: number): Row | undefined => {
    if (place < 0) return undefined;
    const page = pageOf(place);
    return pages.get(page)?.[place - (starts[page]?.place ?? 0)];
  };
  const isCut = (): boolean => !isEnded && starts.length > mostPages;
  const tell = (): void => {
    current = {
      ...(readAt === undefined ? {} : { rows: { length, at }, readAt }),
      isEnded,
      isCut: isCut(),
      ...(problem === undefined ? {} : { problem }),
    };
    for (const listener of listeners) listener();
  };
  /** Pages that are wanted now, the ones looked at first. */
  const wanted = (): readonly number[] => {
    const [first, last] = seen;
    const numbers: number[] = [];
    for (let page = pageOf(first); page <= pageOf(last + AHEAD); page += 1)
      if (page < mostPages && !(isEnded && page >= starts.length)) numbers.push(page);
    return numbers;
  };
  const end = (page: number): void => {
    loading.get(page)?.abort();
    loading.delete(page);
  };
  const fetchWanted = (): void => {
    const numbers = wanted();
    for (const page of loading.keys()) if (!numbers.includes(page)) end(page);
    // One after the other where each names the next.
    for (const page of numbers) if (!pages.has(page) && !loading.has(page)) void fetchPage(page);
  };
  const fetchPage = async (page: number): Promise<void> => {
    const start = starts[page];
    if (start === undefined) return;
    const controller = new AbortController();
    loading.set(page, controller);
    try {
      const came = await load(start.cursor, controller.signal);
      if (controller.signal.aborted) return;
      loading.delete(page);
      problem = undefined;
      take(page, start.place, came);
    } catch (thrown) {
      if (controller.signal.aborted) return;
      loading.delete(page);
      problem = thrown;
      tell();
      return;
    }
    tell();
    fetchWanted();
  };
  const take = (page: number, place: number, { items, next }: RowPage<Row>): void => {
    pages.set(page, items);
    if (page === 0) readAt = Date.now();
    const until = place + items.length;
    const following = starts[page + 1];
    // Entries that came late, of a node that was away, may have moved what follows: it is asked for anew.
    if (following === undefined || following.cursor !== next || following.place !== until) {
      for (const later of pages.keys()) if (later > page) pages.delete(later);
      for (const later of loading.keys()) if (later > page) end(later);
      starts.splice(page + 1);
      length = until;
      if (next !== undefined) starts.push({ cursor: next, place: until });
      isEnded = next === undefined;
    }
    forget(page);
  };
  /** The pages farthest from what is looked at go first. */
  const forget = (near: number): void => {
    const [first, last] = seen;
    const middle = pageOf((first + last) / 2);
    const far = [...pages.keys()]
      .filter((page) => page !== near && !wanted().includes(page))
      .sort((one, other) => Math.abs(other - middle) - Math.abs(one - middle));
    for (const page of far) {
      if (pages.size <= mostHeld) return;
      pages.delete(page);
    }
  };

  return {
    state: () => current,
    subscribe(listener) {
      listeners.add(listener);
      if (listeners.size === 1) fetchWanted();
      return () => listeners.delete(listener);
    },
    see(first, last) {
      seen = [first, last];
      if (problem === undefined) fetchWanted();
    },
    retry() {
      problem = undefined;
      tell();
      fetchWanted();
    },
    close() {
      for (const page of loading.keys()) end(page);
    },
    held: () => pages.size,
  };
}
