// What a node keeps of its control plane: its owner's alone, bounded, and never half of anything.
import { mkdtempSync, readdirSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MAX_ENVELOPE_BYTES } from '@writ/core';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type BundleCache, openBundleCache } from './bundle-cache.ts';

let data: string;
let cache: BundleCache;
beforeEach(() => {
  data = mkdtempSync(join(tmpdir(), 'writ-cache-'));
  cache = openBundleCache(data);
});
afterEach(() => rmSync(data, { recursive: true, force: true }));

const modeOf = (path: string): number => statSync(path).mode & 0o777;

test('what is written is read again, by this process and the next, and is gone where nothing is written', () => {
  cache.write('bundle', '{"a": 1}');
  cache.write('shadow', '{"b": 2}');
  for (const one of [cache, openBundleCache(data)])
    expect([one.read('bundle'), one.read('shadow')]).toEqual(['{"a": 1}', '{"b": 2}']);
  cache.write('shadow', undefined);
  expect(cache.read('shadow')).toBeUndefined();
});

test('it is its owner’s alone, and no draft is left behind', () => {
  cache.write('bundle', '{}');
  cache.recordContact(1_000);
  expect(modeOf(cache.folder)).toBe(0o700);
  const names = readdirSync(cache.folder);
  expect(names.toSorted()).toEqual(['bundle.dsse.json', 'contact']);
  for (const name of names) expect(modeOf(join(cache.folder, name))).toBe(0o600);
});

test('a file that is larger than any bundle is none, and is not read', () => {
  const path = join(cache.folder, 'bundle.dsse.json');
  writeFileSync(path, '');
  truncateSync(path, MAX_ENVELOPE_BYTES + 1);
  expect(cache.read('bundle')).toBeUndefined();
  truncateSync(path, MAX_ENVELOPE_BYTES);
  expect(cache.read('bundle')).toHaveLength(MAX_ENVELOPE_BYTES);
});

test.each(['', 'soon', '-5', '0', '1.5', '1e400', '9007199254740993'])(
  'a contact of %j is none: it never makes a node believe that somebody answered',
  (text) => {
    writeFileSync(join(cache.folder, 'contact'), text);
    expect(cache.contact(10_000)).toBeUndefined();
  },
);

test('a contact of another process is seen within a second, whichever way the clock goes', () => {
  expect(cache.contact(10_000)).toBeUndefined();
  openBundleCache(data).recordContact(9_000);
  expect(cache.contact(10_999)).toBeUndefined();
  expect(cache.contact(11_000)).toBe(9_000);
  openBundleCache(data).recordContact(9_500);
  expect(cache.contact(5_000)).toBe(9_500);
});
