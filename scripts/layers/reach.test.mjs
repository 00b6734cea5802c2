// Lists what each entry point reaches and fails on anything that scripts/layers/reach.mjs gives no reason for.
import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { describe, expect, test } from 'vitest';
import { MAY_REACH } from './reach.mjs';

const ROOT = join(import.meta.dirname, '../..');
/** A worker is started from a file that no import names. */
const WORKER = /new URL\(\s*['"](\.[^'"]+\.ts)['"],\s*import\.meta\.url\s*\)/g;

const graph = cruise();

function cruise() {
  const args = ['packages', '--config', '.dependency-cruiser.mjs', '--output-type', 'json'];
  const command = join(ROOT, 'node_modules/.bin/depcruise');
  const { stdout } = spawnSync(command, args, { cwd: ROOT, encoding: 'utf8', maxBuffer: 1 << 28 });
  return new Map(JSON.parse(stdout).modules.map((module) => [module.source, module]));
}

/** Entry points of every package, as name → file. */
function entryPoints() {
  return globSync('packages/*/package.json', { cwd: ROOT }).flatMap((path) => {
    const { name, exports = {}, bin } = JSON.parse(readFileSync(join(ROOT, path), 'utf8'));
    const entries = Object.entries(exports).map(([door, file]) => [
      join(name, door),
      join(dirname(path), file),
    ]);
    // The launcher is not TypeScript and finds its main by path.
    const commands = Object.keys(bin ?? {}).map((command) => [
      `${command} (command)`,
      join(dirname(path), 'src/main.ts'),
    ]);
    return [...entries, ...commands];
  });
}

/** Files, and names of built-in modules and packages, that code starting at `entry` reaches. */
function reach(entry, modules = graph) {
  const files = new Set([entry]);
  const outside = new Set();
  for (const file of files) {
    const module = modules.get(file);
    if (!module) throw new Error(`${file} was not read`);
    for (const { dependencyTypes, resolved, couldNotResolve, module: name } of module.dependencies) {
      if (dependencyTypes.includes('type-only')) continue;
      if (couldNotResolve) throw new Error(`${file} imports \`${name}\`, which is not there`);
      if (dependencyTypes.includes('core')) outside.add(`node:${name.replace(/^node:/, '')}`);
      else if (resolved.startsWith('packages/')) files.add(resolved);
      else outside.add(name.split('/', name.startsWith('@') ? 2 : 1).join('/'));
    }
    for (const [, path] of readFileSync(join(ROOT, file), 'utf8').matchAll(WORKER)) {
      files.add(normalize(join(dirname(file), path)));
    }
  }
  return { files: [...files], outside: [...outside].sort() };
}

describe('an entry point reaches what has a reason, and nothing else', () => {
  test.each(entryPoints())('%s', (name, file) => {
    expect(MAY_REACH, 'an entry point without a list').toHaveProperty([name]);
    const unexplained = reach(file).outside.filter((module) => !(module in MAY_REACH[name]));
    expect(unexplained, `${name} reaches something new: give it a why in scripts/layers/reach.mjs`).toEqual(
      [],
    );
  });
});

test('each list belongs to an entry point that exists', () => {
  expect(Object.keys(MAY_REACH).sort()).toEqual(
    entryPoints()
      .map(([name]) => name)
      .sort(),
  );
});

test('the verifier runs in a browser: no built-in module, no package, no global of Node', () => {
  const { files, outside } = reach('packages/core/src/proof/index.ts');
  expect(outside).toEqual([]);
  const uses = files.filter((file) =>
    /\b(?:Buffer|process|require|__dirname)\b[.(]/.test(withoutComments(file)),
  );
  expect(uses).toEqual([]);
});

function withoutComments(file) {
  return readFileSync(join(ROOT, file), 'utf8').replace(/\/\*[^]*?\*\/|(?<!:)\/\/.*$/gm, '');
}

test('the walk sees through re-exports and leaves types out', () => {
  const edge = (module, resolved, ...dependencyTypes) => ({ module, resolved, dependencyTypes });
  const modules = new Map([
    [
      'packages/core/src/index.ts',
      { dependencies: [edge('./proof/index.ts', 'packages/core/src/proof/index.ts', 'local', 'export')] },
    ],
    [
      'packages/core/src/proof/index.ts',
      {
        dependencies: [
          edge('node:net', 'net', 'core', 'import'),
          edge('fs', 'fs', 'core', 'type-only'),
          edge('@scope/name/deep', 'node_modules/@scope/name/deep.js', 'npm', 'import'),
        ],
      },
    ],
  ]);
  expect(reach('packages/core/src/index.ts', modules).outside).toEqual(['@scope/name', 'node:net']);
});
