/** Seeded choices, so that a failing case can be made again from its number. */

/** A generator of 32-bit numbers (mulberry32) with the choices that tests need. */
export class Choices {
  #state: number;

  constructor(seed: number) {
    this.#state = (seed ^ 0x9e37_79b9) >>> 0;
  }

  /** From 0 to `below`, without it. */
  number(below: number): number {
    this.#state = (this.#state + 0x6d2b_79f5) >>> 0;
    let bits = this.#state;
    bits = Math.imul(bits ^ (bits >>> 15), bits | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return Math.floor((((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32) * below);
  }

  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean {
    return this.number(100) < percent;
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.number(items.length)] as Item;
  }

  some<Item>(items: readonly Item[], most: number): readonly Item[] {
    return Array.from({ length: this.number(most + 1) }, () => this.pick(items));
  }

  list<Item>(length: number, make: (index: number) => Item): readonly Item[] {
    return Array.from({ length }, (_, index) => make(index));
  }
}
