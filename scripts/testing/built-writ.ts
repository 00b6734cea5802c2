// Builds `writ` into few files before the tests, which start it several hundred times: of a start from source most is resolving and reading a thousand modules.
// What runs is the same code, down to the worker threads; each module is told the place of its source, where its data stands.
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type OutputChunk, type Plugin, rolldown } from 'rolldown';
import { COMMAND_VARIABLE } from './writ.ts';

const ROOT = join(import.meta.dirname, '../..');
const MAIN = join(ROOT, 'packages/cli/src/main.ts');
/** Builds by the hash of their sources: what has not changed is not built again, and two runs in one checkout do not take each other's. */
const BUILDS = join(ROOT, 'node_modules/.cache/writ-built');
/** Those unused for longer are removed. */
const KEPT_MS = 3 * 24 * 60 * 60 * 1_000;
/** Packages that every command loads, in many files, and what the builder adds; the others are loaded from where they are installed. */
const TAKEN_IN = /^(?:@writ\/|@oxc-project\/runtime|commander$|yaml$|zod$)/;
/** How a module starts a thread of its own. */
const THREAD = /new URL\('(\.\/[a-z-]+\.ts)', import\.meta\.url\)/g;
const OWN_URL = 'import.meta.ownUrl';

/** Called by vitest before all tests. */
export async function setup(): Promise<void> {
  process.env[COMMAND_VARIABLE] = await buildWrit();
}

/** The command, built of the sources as they are now. */
export async function buildWrit(): Promise<string> {
  const folder = join(BUILDS, hashOfSources());
  const command = join(folder, 'writ');
  mkdirSync(BUILDS, { recursive: true });
  if (existsSync(command)) utimesSync(folder, new Date(), new Date());
  else store(folder, await bundle());
  removeOld(folder);
  return command;
}

function hashOfSources(): string {
  const hash = createHash('sha256').update(process.execPath);
  const sources = globSync('packages/*/{src/**/*.ts,package.json}', { cwd: ROOT }).sort();
  for (const path of [...sources, 'package-lock.json', relative(ROOT, import.meta.filename)]) {
    if (path.endsWith('.test.ts')) continue;
    hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)));
  }
  return hash.digest('hex').slice(0, 16);
}

async function bundle(): Promise<readonly OutputChunk[]> {
  const building = await rolldown({
    input: { main: MAIN },
    platform: 'node',
    cwd: ROOT,
    logLevel: 'silent',
    // What this Node can do is not written otherwise.
    transform: { target: 'esnext' },
    external: (id) => isBuiltIn(id) || (isPackage(id) && !TAKEN_IN.test(id)),
    plugins: [atItsSource()],
  });
  const { output } = await building.generate({
    format: 'esm',
    keepNames: true,
    entryFileNames: '[name].js',
    chunkFileNames: '[name]-[hash].js',
  });
  await building.close();
  return output.filter((file): file is OutputChunk => file.type === 'chunk');
}

/** Makes `folder` of `chunks` in one step. */
function store(folder: string, chunks: readonly OutputChunk[]): void {
  const made = mkdtempSync(join(BUILDS, 'making-'));
  chmodSync(made, 0o755);
  for (const { fileName, code } of chunks) writeFileSync(join(made, fileName), code);
  writeFileSync(join(made, 'package.json'), '{"type":"module"}\n');
  const start = `#!/bin/sh\nexec '${process.execPath}' '${join(folder, 'main.js')}' "$@"\n`;
  writeFileSync(join(made, 'writ'), start, { mode: 0o755 });
  try {
    renameSync(made, folder);
  } catch (cause) {
    rmSync(made, { recursive: true, force: true });
    // Another run may have made the same first.
    if (!existsSync(folder)) throw cause;
  }
}

function removeOld(used: string): void {
  for (const name of globSync('*', { cwd: BUILDS })) {
    const folder = join(BUILDS, name);
    const since = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (folder !== used && since > KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function isBuiltIn(id: string): boolean {
  return id.startsWith('node:') || builtinModules.includes(id);
}

function isPackage(id: string): boolean {
  return !id.startsWith('.') && !id.startsWith('/');
}

/** Data, manifests and other commands are found from the place of the source; threads are built with the rest. */
function atItsSource(): Plugin {
  const threads = new Map<string, string>();
  return {
    name: 'at-its-source',
    transform(code, id) {
      if (id.includes('node_modules') || !code.includes('import.meta.')) return null;
      return code
        .replaceAll(THREAD, (_, file: string) => {
          const source = resolve(dirname(id), file);
          const name = relative(ROOT, source).replaceAll(/[^a-z]+/g, '-');
          if (!threads.has(source))
            threads.set(source, this.emitFile({ type: 'chunk', id: source, fileName: `${name}.js` }));
          return `new URL('./${name}.js', ${OWN_URL})`;
        })
        .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
        .replaceAll('import.meta.filename', JSON.stringify(id))
        .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href))
        .replaceAll(OWN_URL, 'import.meta.url');
    },
  };
}
