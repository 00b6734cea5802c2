// Packs every staged package, installs the tarballs together into an empty folder, imports each entry point and asks `writ` for its
// version: what a user gets, with nothing of the repository near it. Usage: installed-packages.mjs FOLDER
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');
const folder = resolve(process.argv[2] ?? '.');

const run = (command, args, options = {}) =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', ...options });
const npm = (...args) => run('npm', ['--loglevel=error', ...args]);

mkdirSync(folder, { recursive: true });
const staged = globSync('.pack/*/package.json', { cwd: ROOT }).map((path) => join(ROOT, path, '..'));
if (staged.length === 0) throw new Error('nothing is staged: run `npm run publishable` first');

const manifests = staged.map((path) => JSON.parse(readFileSync(join(path, 'package.json'), 'utf8')));
const tarballs = staged.map((path) => `./${JSON.parse(npm('pack', path, '--json'))[0].filename}`);
writeFileSync(join(folder, 'package.json'), '{"private":true,"type":"module"}');
npm('install', ...tarballs);

for (const { name, exports: doors } of manifests) {
  for (const door of Object.keys(doors).filter((path) => path !== './package.json')) {
    const entry = join(name, door);
    const count = run(process.execPath, [
      '--input-type=module',
      '-e',
      `console.log(Object.keys(await import('${entry}')).length)`,
    ]);
    console.log(`${entry}: ${count.trim()} exports`);
  }
}

for (const { bin = {}, version } of manifests) {
  for (const command of Object.keys(bin)) {
    const path = join(folder, 'node_modules/.bin', command);
    // Node that is too old must be told, not run: the PATH of this machine may well have one.
    const env = { ...process.env, WRIT_NODE: process.execPath };
    const { status, stdout, stderr } = spawnSync(path, ['--version'], { cwd: folder, encoding: 'utf8', env });
    if (status !== 0 || stdout.trim() !== version)
      throw new Error(`${command} --version: ${status} ${stdout}${stderr}`);
    console.log(`${command} --version: ${stdout.trim()}`);
  }
}
