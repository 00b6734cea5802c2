/** What a build is made of, as one word: two builds of the same have the same. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../../..');

/** Sixteen hexadecimal digits. */
export function hashOfSources(): string {
  const hash = createHash('sha256');
  const sources = [
    ...globSync('packages/dashboard/{src,build}/**/*.{ts,tsx,css,svg}', { cwd: ROOT }),
    ...globSync('packages/core/src/**/*.ts', { cwd: ROOT }),
  ].sort();
  for (const path of [
    ...sources,
    'packages/dashboard/index.html',
    'packages/dashboard/package.json',
    'package-lock.json',
  ]) {
    if (/\.test\.tsx?$/.test(path)) continue;
    hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex').slice(0, 16);
}
