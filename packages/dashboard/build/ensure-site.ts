/** The web interface in `dist`, as its sources are now: built where it is not there, or is of others. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildSite } from './build-site.ts';
import { hashOfSources } from './source-hash.ts';

const DIST = join(import.meta.dirname, '../dist');
/** Where builds are made, on the same file system: another process may read `dist`, or build it as well. */
const MAKING = join(import.meta.dirname, '../../../node_modules/.cache/writ-dashboard-dist');
/** Says what a build is made of; a hidden file, which is not served. */
const MARK = '.sources';

/** Builds into `dist`, whatever is there. Whoever reads it meanwhile has one build or the other, never half of one. */
export async function buildDist(): Promise<void> {
  mkdirSync(MAKING, { recursive: true });
  const made = mkdtempSync(join(MAKING, 'making-'));
  const site = join(made, 'site');
  try {
    await buildSite(site);
    writeFileSync(join(site, MARK), hashOfSources());
    // Out of the way first: a folder takes the place of none that has something in it.
    if (existsSync(DIST)) renameSync(DIST, join(made, 'before'));
    renameSync(site, DIST);
  } catch (cause) {
    // Another process was first with the same.
    if (!isBuilt()) throw cause;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Builds where it must. `onBuild` is told before it does, for that takes some seconds. */
export async function ensureSite(onBuild: () => void): Promise<void> {
  if (isBuilt()) return;
  onBuild();
  await buildDist();
}

function isBuilt(): boolean {
  const mark = join(DIST, MARK);
  return existsSync(mark) && readFileSync(mark, 'utf8') === hashOfSources();
}
