// Builds every package into its dist: `tsc -b`, then what tsc leaves undone, which is to copy data files and to drop what has no source any more.
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, existsSync, globSync, mkdirSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Where the server carries the web interface. */
const SITE = 'packages/server/dist/dashboard/site';

/** Data beside the code that is for tests only. */
const FOR_TESTS = /\.test\.|(?:^|\/)(?:golden|fixtures)\//;

/** Removes outputs whose source is gone, which tsc never does. */
export function dropOrphans(folder) {
  for (const path of globSync('dist/**/*.{js,d.ts}', { cwd: folder })) {
    const source = path.replace(/^dist/, 'src').replace(/(?:\.d\.ts|\.js)$/, '.ts');
    if (!existsSync(join(folder, source))) rmSync(join(folder, path));
  }
}

/** Copies data files (policy packs, schemas) to where built code looks for them. */
export function copyData(folder) {
  for (const path of globSync('src/**/*', { cwd: folder, exclude: ['**/*.ts'], withFileTypes: true })) {
    const relative = join(path.parentPath, path.name).slice(folder.length + 1);
    if (!path.isFile() || FOR_TESTS.test(relative)) continue;
    const target = join(folder, relative.replace(/^src/, 'dist'));
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(folder, relative), target);
  }
}

/** Builds the web interface, and lays it into the server's dist, where a published server looks for it. What tests need is left out. */
async function buildDashboard() {
  const { buildDist } = await import('../packages/dashboard/build/ensure-site.ts');
  const built = join(ROOT, 'packages/dashboard/dist');
  const site = join(ROOT, SITE);
  await buildDist();
  rmSync(site, { recursive: true, force: true });
  cpSync(built, site, { recursive: true, filter: (path) => !/\/\.(?:vite|sources)(?:\/|$)/.test(path) });
}

if (import.meta.main) {
  const { status } = spawnSync(join(ROOT, 'node_modules/.bin/tsc'), ['-b', 'tsconfig.build.json'], {
    cwd: ROOT,
    stdio: 'inherit',
  });
  process.exitCode = status ?? 1;
  for (const path of globSync('packages/*/dist', { cwd: ROOT, exclude: ['packages/dashboard'] })) {
    dropOrphans(join(ROOT, dirname(path)));
    copyData(join(ROOT, dirname(path)));
  }
  if (process.exitCode === 0) await buildDashboard();
}
