/** Records are opened once while their rows stay as they are, and anew when one byte of them is another. */
import { beforeEach, expect, test } from 'vitest';
import type { JsonValue } from '../../kernel/index.ts';
import { StateBox } from '../seal/index.ts';
import { OpenedRecords, type SealedRecord } from './opened-records.ts';
import { closeRecord } from './sqlite-people.ts';

const box = new StateBox([{ keyId: 'body-1', key: new Uint8Array(32).fill(3) }]);
let opened = new OpenedRecords(box);
beforeEach(() => {
  opened = new OpenedRecords(box);
});

/** A row as a store would read it: with bytes of its own each time. */
function row(key: string, value: JsonValue, index: number): SealedRecord {
  return { key, value: Uint8Array.from(closeRecord(box, 'people', key, value)), index };
}

test('a row that did not change is the same record, alone and in a list', () => {
  const first = opened.open('people', 'a', row('a', { name: 'Ada' }, 4));
  expect(first).toEqual({ key: 'a', value: { name: 'Ada' }, index: 4 });
  expect(opened.open('people', 'a', row('a', { name: 'Ada' }, 4))).toBe(first);
  expect(opened.openAll('people', [row('a', { name: 'Ada' }, 4), row('b', 2, 5)])[0]).toBe(first);
  expect(opened.open('people', 'a', row('a', { name: 'Ada' }, 4))).toBe(first);
});

test('another value, and the same value written again, are other records', () => {
  const first = opened.open('people', 'a', row('a', { name: 'Ada' }, 4));
  expect(opened.open('people', 'a', row('a', { name: 'Ada' }, 6))).toEqual({ ...first, index: 6 });
  expect(opened.open('people', 'a', row('a', { name: 'Eve' }, 6))?.value).toEqual({ name: 'Eve' });
});

test('altered bytes are refused although the record was opened before', () => {
  const good = row('a', { name: 'Ada' }, 4);
  opened.open('people', 'a', good);
  for (let at = 0; at < good.value.length; at += 1) {
    const value = Uint8Array.from(good.value);
    value[at] = (value[at] ?? 0) ^ 1;
    expect(() => opened.open('people', 'a', { ...good, value }), `byte ${at}`).toThrow(
      /altered|not at hand|key/i,
    );
    expect(() => opened.openAll('people', [{ ...good, value }]), `byte ${at}`).toThrow(
      /altered|not at hand|key/i,
    );
  }
});

test('a row of another key or collection does not pass for one that was opened', () => {
  const good = row('a', { name: 'Ada' }, 4);
  opened.open('people', 'a', good);
  expect(() => opened.open('people', 'b', { ...good, key: 'b' })).toThrow(/altered/);
  expect(() => opened.open('teams', 'a', good)).toThrow(/altered/);
});

test('what is gone is forgotten, by itself and from a list', () => {
  const first = opened.open('people', 'a', row('a', 1, 4));
  expect(opened.open('people', 'a', undefined)).toBeUndefined();
  const second = opened.open('people', 'a', row('a', 1, 4));
  expect(second).not.toBe(first);
  opened.openAll('people', []);
  expect(opened.open('people', 'a', row('a', 1, 4))).not.toBe(second);
});

test('long records and those past the bound are opened each time', () => {
  const long = 'x'.repeat(9_000);
  const first = opened.open('people', 'a', row('a', long, 4));
  expect(opened.open('people', 'a', row('a', long, 4))).not.toBe(first);
  const many = Array.from({ length: 10_001 }, (_, at) => row(`k${at}`, at, at));
  const [before, after] = [opened.openAll('people', many), opened.openAll('people', many)];
  expect(after[9_999]).toBe(before[9_999]);
  expect(after[10_000]).not.toBe(before[10_000]);
  expect(after[10_000]).toEqual(before[10_000]);
});
