/** Label values of metrics: a bounded number of them, whatever callers send. */

/** Value for everything past the bound. */
export const OTHER = 'other';

/** A set of values that grows to `bound`; what comes later is {@link OTHER}. */
export class LabelValues {
  readonly #known = new Set<string>();
  readonly #bound: number;

  constructor(bound: number) {
    this.#bound = bound;
  }

  /** `value`, or {@link OTHER} where there are too many. */
  of(value: string): string {
    if (this.#known.has(value)) return value;
    if (this.#known.size >= this.#bound) return OTHER;
    this.#known.add(value);
    return value;
  }
}
