// Asks publint and arethetypeswrong about each staged package; any complaint fails.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const BIN = join(ROOT, 'node_modules/.bin');

let failed = 0;

function ask(tool, args, cwd) {
  const { status, stdout, stderr } = spawnSync(join(BIN, tool), args, { cwd, encoding: 'utf8' });
  if (status === 0) return;
  failed += 1;
  console.error(`${tool} on ${cwd.slice(ROOT.length + 1)}:\n${stdout}${stderr}`);
}

const staged = globSync('.pack/*/package.json', { cwd: ROOT }).map((path) => join(ROOT, path, '..'));
for (const folder of staged) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  ask('publint', ['--strict', '--pack', 'npm'], folder);
  // ESM only is a decision: nothing below Node 24 is supported, and that can require() ESM.
  ask('attw', ['--pack', '.', '--profile', 'esm-only', '--no-emoji'], folder);
  console.log(
    `publishable: ${manifest.name} ${manifest.version}, ${Object.keys(manifest.exports).length} entry points`,
  );
}
if (failed > 0 || staged.length === 0) process.exitCode = 1;
