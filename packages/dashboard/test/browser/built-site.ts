/** The interface as its sources are now: built once, kept by their hash. */
import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { buildSite } from '../../build/build-site.ts';
import { hashOfSources } from '../../build/source-hash.ts';

const PACKAGE = join(import.meta.dirname, '../..');
const ROOT = join(PACKAGE, '../..');
const BUILDS = join(ROOT, 'node_modules/.cache/writ-dashboard');
/** Those unused for longer are removed, in milliseconds. */
const KEPT_MS = 24 * 60 * 60 * 1_000;

let building: Promise<string> | undefined;

/** The folder of the build. */
export function builtSite(): Promise<string> {
  building ??= build();
  return building;
}

async function build(): Promise<string> {
  const folder = join(BUILDS, hashOfSources());
  mkdirSync(BUILDS, { recursive: true });
  if (existsSync(folder)) utimesSync(folder, new Date(), new Date());
  else await make(folder);
  for (const name of globSync('*', { cwd: BUILDS })) {
    const other = join(BUILDS, name);
    const since = Date.now() - (statSync(other, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (other !== folder && since > KEPT_MS) rmSync(other, { recursive: true, force: true });
  }
  return folder;
}

/** In one step, because another process may make the same. */
async function make(folder: string): Promise<void> {
  const made = mkdtempSync(join(BUILDS, 'making-'));
  await buildSite(made);
  try {
    renameSync(made, folder);
  } catch (cause) {
    rmSync(made, { recursive: true, force: true });
    if (!existsSync(folder)) throw cause;
  }
}
