// What is published: built files and their data, and nothing that only the repository needs.
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { copyData, dropOrphans } from './build.mjs';
import { publishedManifest } from './stage.mjs';

let folder;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

function put(...paths) {
  for (const path of paths) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), '');
  }
}

test('an output whose source was deleted is dropped', () => {
  put('src/a.ts', 'dist/a.js', 'dist/a.d.ts', 'dist/deep/gone.js', 'dist/deep/gone.d.ts');
  dropOrphans(folder);
  expect(
    ['dist/a.js', 'dist/a.d.ts', 'dist/deep/gone.js', 'dist/deep/gone.d.ts'].map((path) =>
      existsSync(join(folder, path)),
    ),
  ).toEqual([true, true, false, false]);
});

test('data beside the code is copied, data of tests is not', () => {
  put('src/packs/base.yaml', 'src/packs/golden/out.txt', 'src/a.test.json', 'src/a.ts');
  copyData(folder);
  expect(
    ['packs/base.yaml', 'packs/golden/out.txt', 'a.test.json', 'a.ts'].map((path) =>
      existsSync(join(folder, 'dist', path)),
    ),
  ).toEqual([true, false, false, false]);
});

test('published exports point at built files with their types, and the bin is shipped', () => {
  const published = publishedManifest({
    name: 'x',
    private: false,
    bin: { x: './bin/x.js' },
    exports: { '.': './src/index.ts', './a': './src/a/index.ts' },
    devDependencies: {},
  });
  expect(published).toEqual({
    name: 'x',
    bin: { x: './bin/x.js' },
    files: ['dist', 'bin'],
    exports: {
      '.': { types: './dist/index.d.ts', default: './dist/index.js' },
      './a': { types: './dist/a/index.d.ts', default: './dist/a/index.js' },
      './package.json': './package.json',
    },
  });
});

test('an entry point that is not a source file is refused', () => {
  expect(() => publishedManifest({ exports: { '.': './dist/index.js' } })).toThrow('not a source file');
});
