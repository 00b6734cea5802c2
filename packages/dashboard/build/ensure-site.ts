/** The web interface in `dist`, as its sources are now: built where it is not there, or is of others. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite } from './build-site.ts';
import { hashOfSources } from './source-hash.ts';

const DIST = join(import.meta.dirname, '../dist');
/** Says what a build is made of; a hidden file, which is not served. */
const MARK = join(DIST, '.sources');

/** Builds into `dist`, whatever is there. */
export async function buildDist(): Promise<void> {
  await buildSite(DIST);
  writeFileSync(MARK, hashOfSources());
}

/** Builds where it must. `onBuild` is told before it does, for that takes some seconds. */
export async function ensureSite(onBuild: () => void): Promise<void> {
  if (existsSync(MARK) && readFileSync(MARK, 'utf8') === hashOfSources()) return;
  onBuild();
  await buildDist();
}
