// What a browser loads before the first page is there.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { MANIFEST } from '../build/build-site.ts';
import { builtSite } from './browser/built-site.ts';

/** Most JavaScript of a first load, compressed, in bytes. */
const MOST_SCRIPT_BYTES = 250 * 1_024;

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly isEntry?: boolean;
}

test('the JavaScript of any first page is at most 250 KB, compressed', async () => {
  const folder = await builtSite();
  const chunks = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as Record<string, Chunk>;
  const pages = Object.keys(chunks).filter((name) => name.endsWith('-page.tsx'));
  expect(pages.length).toBeGreaterThanOrEqual(9);
  for (const page of pages) {
    const bytes = [...needed(chunks, ['index.html', page])]
      .map((file) => readFileSync(join(folder, `${file}.gz`)).length)
      .reduce((sum, size) => sum + size, 0);
    expect(bytes, page).toBeLessThanOrEqual(MOST_SCRIPT_BYTES);
  }
});

test('what is measured is what people get, and not what helps to develop it', async () => {
  const folder = await builtSite();
  const scripts = readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.js'));
  const texts = scripts.map((name) => readFileSync(join(folder, 'assets', name), 'utf8'));
  expect(texts.some((text) => text.includes('react.dev/errors/'))).toBe(true);
  expect(texts.filter((text) => text.includes('Check the render method'))).toEqual([]);
});

test('nothing in it is written into the page, and no file names its source', async () => {
  const folder = await builtSite();
  const page = readFileSync(join(folder, 'index.html'), 'utf8');
  expect(page).not.toMatch(/<style|style=|<script(?![^>]* src="\/assets\/)|https?:/);
  expect(readdirSync(join(folder, 'assets')).filter((name) => name.endsWith('.map'))).toEqual([]);
  const licences = readFileSync(join(folder, 'licences.txt'), 'utf8');
  for (const name of ['react-dom', '@fontsource-variable/inter', 'SIL OPEN FONT LICENSE'])
    expect(licences).toContain(name);
});

function needed(chunks: Readonly<Record<string, Chunk>>, names: readonly string[]): Set<string> {
  const files = new Set<string>();
  const seen = new Set<string>();
  const visit = (name: string): void => {
    const chunk = chunks[name];
    if (chunk === undefined || seen.has(name)) return;
    seen.add(name);
    files.add(chunk.file);
    chunk.imports?.forEach(visit);
  };
  names.forEach(visit);
  return files;
}
