/** Entity stores: what they refuse, what is above what, and layers that cost what they add. */
import { describe, expect, test } from 'vitest';
import { EMPTY_RECORD, type Entity, makeRecord, Uid, uidKey } from '../value/index.ts';
import { createEntityStore, type EntityStore } from './store.ts';

const uid = (id: string): Uid => new Uid('Group', id);
const entity = (id: string, parents: readonly string[] = [], level = 0): Entity => ({
  uid: uid(id),
  attrs: makeRecord([['level', level]]),
  tags: EMPTY_RECORD,
  parents: parents.map(uid),
});
const above = (store: EntityStore, id: string): readonly string[] =>
  [...(store.find(uid(id))?.ancestors ?? [])].map((key) => key.split('\0')[1] ?? '').toSorted();

describe('a store', () => {
  test.each([
    ['an entity that stands twice', [entity('a'), entity('a')], 'stands twice'],
    ['an entity that is its own parent', [entity('a', ['a'])], 'is in itself'],
    [
      'entities that are in one another',
      [entity('a', ['b']), entity('b', ['c']), entity('c', ['a'])],
      'is in itself',
    ],
  ] as const)('refuses %s', (_what, entities, words) => {
    expect(() => createEntityStore(entities)).toThrow(expect.objectContaining({ code: 'policy.schema' }));
    expect(() => createEntityStore(entities)).toThrow(words);
  });

  test('walks what many ways lead to once: sixty diamonds on top of one another', () => {
    const diamonds = Array.from({ length: 60 }, (_, at) => [
      entity(`top${at}`, [`left${at}`, `right${at}`]),
      entity(`left${at}`, [`top${at + 1}`]),
      entity(`right${at}`, [`top${at + 1}`]),
    ]).flat();
    expect(above(createEntityStore(diamonds), 'top0')).toHaveLength(180);
  });

  test('knows everything that an entity is in, through parents it does not hold as well', () => {
    const store = createEntityStore([
      entity('a', ['b', 'c']),
      entity('b', ['d']),
      entity('c', ['d', 'absent']),
    ]);
    expect(above(store, 'a')).toEqual(['absent', 'b', 'c', 'd']);
    expect(above(store, 'b')).toEqual(['d']);
    expect(store.find(uid('absent'))).toBeUndefined();
    expect(store.find({ type: 'Group', id: 'a' })?.uid).toEqual(uid('a'));
  });

  test('two ways to the same parent are no cycle, and a chain of 100,000 is no trouble', () => {
    const diamond = createEntityStore([
      entity('a', ['b', 'c']),
      entity('b', ['d']),
      entity('c', ['d']),
      entity('d'),
    ]);
    expect(above(diamond, 'a')).toEqual(['b', 'c', 'd']);
    const chain = Array.from({ length: 100_000 }, (_, index) => entity(`n${index}`, [`n${index + 1}`]));
    expect(createEntityStore(chain).find(uid('n0'))?.ancestors.size).toBe(100_000);
  });

  test('answers with the same node each time, so that what is kept by node is kept', () => {
    const store = createEntityStore([entity('a', ['b'])]);
    expect(store.find(uid('a'))).toBe(store.find(uid('a')));
  });
});

describe('a layer', () => {
  const below = createEntityStore([entity('a', ['b']), entity('b', ['c']), entity('c'), entity('other')]);

  test('stands before what lies below, and leaves it as it was', () => {
    const laid = below.with([entity('b', ['d'], 7), entity('new', ['a'])]);
    expect(above(laid, 'a')).toEqual(['b', 'd']);
    expect(above(laid, 'new')).toEqual(['a', 'b', 'd']);
    expect(laid.find(uid('b'))?.attrs['level']).toBe(7);
    expect(above(below, 'a')).toEqual(['b', 'c']);
    expect(below.find(uid('new'))).toBeUndefined();
  });

  test('shares the nodes that it does not change', () => {
    const laid = below.with([entity('b', ['d'])]);
    expect(laid.find(uid('other'))).toBe(below.find(uid('other')));
    expect(below.with([])).toBe(below);
  });

  test('refuses a cycle that goes through what lies below', () => {
    expect(() => below.with([entity('c', ['a'])])).toThrow('is in itself');
  });

  test('lies over layers as over stores', () => {
    const laid = below.with([entity('c', ['d'])]).with([entity('d', ['e'])]);
    expect(above(laid, 'a')).toEqual(['b', 'c', 'd', 'e']);
    expect(laid.find(uid('a'))?.ancestors.has(uidKey(uid('e')))).toBe(true);
  });
});
