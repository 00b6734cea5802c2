/** A shelf is a map, whatever the order in which it was filled and emptied. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bucket } from './bucket.ts';
import { Shelf } from './shelf.ts';

const key = fc.constantFrom('*', 'a', 'b');
const STEPS = fc.array(fc.oneof(fc.record({ set: key }), fc.record({ delete: key })), { maxLength: 12 });

test('answers as a map does, and a copy stays as it was', () => {
  fc.assert(
    fc.property(STEPS, STEPS, (first, second) => {
      const shelf = new Shelf<string>();
      const map = new Map<string, Bucket<string>>();
      const run = (steps: typeof first): void => {
        for (const step of steps) {
          if ('delete' in step) {
            shelf.delete(step.delete);
            map.delete(step.delete);
          } else {
            const bucket = new Bucket<string>([]);
            shelf.set(step.set, bucket);
            map.set(step.set, bucket);
          }
        }
      };
      const same = (one: Shelf<string>, other: ReadonlyMap<string, Bucket<string>>): void => {
        for (const name of ['*', 'a', 'b']) expect(one.get(name)).toBe(other.get(name));
        expect(one.isEmpty).toBe(other.size === 0);
      };
      run(first);
      same(shelf, map);
      const [copy, copied] = [Shelf.of(shelf), new Map(map)];
      run(second);
      same(shelf, map);
      same(copy, copied);
    }),
  );
});
