/** Numbers that look random and are the same for one seed everywhere. */

/** A source of choices. */
export interface Seeded {
  /** From 0 to `bound - 1`. */
  below(bound: number): number;
  /** One of `items`, which are not empty. */
  pick<Item>(items: readonly [Item, ...Item[]] | readonly Item[]): Item;
  /** True in about `share` of all calls, 0 to 1. */
  chance(share: number): boolean;
}

/** Choices from `seed`, a whole number of which 32 bits count. Never for anything that must not be guessed. */
export function createSeeded(seed: number): Seeded {
  let state = seed >>> 0;
  // SplitMix32: a counter, mixed.
  const next = (): number => {
    state = (state + 0x9e3779b9) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
  const below = (bound: number): number => next() % bound;
  return {
    below,
    pick: <Item>(items: readonly Item[]) => items[below(items.length)] as Item,
    chance: (share) => next() < share * 2 ** 32,
  };
}
