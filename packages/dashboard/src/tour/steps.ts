/** The first steps of a visitor: what they have done of them, kept in their browser and nowhere else. */

/** In the order in which they are offered; they may be taken in any. */
export const STEPS = ['watched', 'denied', 'approved', 'verified'] as const;
export type Step = (typeof STEPS)[number];

/** How far somebody is. */
export interface Tour {
  readonly done: readonly Step[];
  /** Hidden by hand, or at its end. */
  readonly isOver: boolean;
}

/** Where it is kept, as browsers keep it. */
export type TourStorage = Pick<Storage, 'getItem' | 'setItem'>;

const NAME = 'writ.first-steps';
const NEW: Tour = { done: [], isOver: false };

/** What is kept in `storage`. Whatever else stands there, or cannot be read, is a new beginning. */
export function readTour(storage: TourStorage): Tour {
  try {
    const kept: unknown = JSON.parse(storage.getItem(NAME) ?? 'null');
    if (typeof kept !== 'object' || kept === null || !('done' in kept) || !Array.isArray(kept.done))
      return NEW;
    const { done } = kept;
    const isOver = 'isOver' in kept && kept.isOver === true;
    return { done: STEPS.filter((step) => done.includes(step)), isOver };
  } catch {
    return NEW;
  }
}

/** `tour` with `step` done; the same where it was. */
export function withStep(tour: Tour, step: Step): Tour {
  return tour.done.includes(step)
    ? tour
    : { ...tour, done: STEPS.filter((one) => one === step || tour.done.includes(one)) };
}

/** The step to offer; `undefined` where all are done. */
export function nextStep({ done }: Pick<Tour, 'done'>): Step | undefined {
  return STEPS.find((step) => !done.includes(step));
}

/** The steps of one browser. A browser that keeps nothing has them until it is closed. */
export class TourStore {
  readonly #storage: TourStorage;
  readonly #listeners = new Set<() => void>();
  #tour: Tour;

  constructor(storage: TourStorage) {
    this.#storage = storage;
    this.#tour = readTour(storage);
  }

  readonly now = (): Tour => this.#tour;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Somebody did `step`. */
  reach(step: Step): void {
    this.#set(withStep(this.#tour, step));
  }

  end(): void {
    this.#set({ ...this.#tour, isOver: true });
  }

  begin(): void {
    this.#set(NEW);
  }

  #set(tour: Tour): void {
    if (tour === this.#tour) return;
    this.#tour = tour;
    try {
      this.#storage.setItem(NAME, JSON.stringify(tour));
    } catch {
      // Private windows keep nothing.
    }
    for (const listener of this.#listeners) listener();
  }
}
