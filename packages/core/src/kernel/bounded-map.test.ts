import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BoundedMap, isFault } from './index.ts';

describe('a bounded map', () => {
  test('never holds more than its capacity, and always what was set last', () => {
    const step = fc.record({
      kind: fc.constantFrom<'set' | 'get' | 'delete'>('set', 'set', 'get', 'delete'),
      key: fc.nat(20),
    });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 6 }), fc.array(step, { maxLength: 60 }), (capacity, steps) => {
        const map = new BoundedMap<number, string>(capacity);
        // Least recently used first: the plain statement of the same behaviour.
        let model: number[] = [];
        for (const { kind, key } of steps) {
          const wasHeld = model.includes(key);
          if (kind === 'get') expect(map.get(key)).toBe(wasHeld ? `value ${key}` : undefined);
          if (kind === 'delete') expect(map.delete(key)).toBe(wasHeld);
          if (kind === 'set') map.set(key, `value ${key}`);
          const rest = model.filter((held) => held !== key);
          if (kind === 'set' || (kind === 'get' && wasHeld)) model = [...rest, key].slice(-capacity);
          if (kind === 'delete') model = rest;
          expect(map.size).toBe(model.length);
          for (let held = 0; held <= 20; held += 1) expect(map.has(held)).toBe(model.includes(held));
        }
      }),
    );
  });

  test('asking whether a key is there does not keep it', () => {
    const map = new BoundedMap<string, number>(2);
    map.set('a', 1);
    map.set('b', 2);
    map.has('a');
    map.set('c', 3);
    expect([map.has('a'), map.has('b'), map.has('c')]).toStrictEqual([false, true, true]);
  });

  test('holds undefined like any other value', () => {
    const map = new BoundedMap<string, number | undefined>(2);
    map.set('a', undefined);
    map.set('b', 1);
    map.get('a');
    map.set('c', 2);
    expect([map.has('a'), map.has('b')]).toStrictEqual([true, false]);
  });

  test('is empty after clear, and goes on', () => {
    const map = new BoundedMap<string, number>(1);
    map.set('a', 1);
    map.clear();
    expect(map.size).toBe(0);
    map.set('b', 2);
    expect(map.get('b')).toBe(2);
  });

  test.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('of capacity %d is not made', (capacity) => {
    let thrown: unknown;
    try {
      new BoundedMap(capacity);
    } catch (fault) {
      thrown = fault;
    }
    expect(isFault(thrown, 'bound.exceeded')).toBe(true);
  });
});
