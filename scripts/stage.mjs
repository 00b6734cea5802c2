// Copies what `tsc -b` built into .pack/<name>, ready for `npm pack`: in the repository exports point at sources, which Node refuses
// to run inside node_modules, so the published package.json points at dist instead.
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');

/** Fields of package.json that a user of the package has no use for. */
const LEFT_OUT = ['scripts', 'devDependencies', 'private'];

/** The file that `tsc` makes of a source, as a published package names it. */
function built(source, extension) {
  if (!/^\.\/src\/.*\.ts$/.test(source))
    throw new Error(`an entry point is not a source file: \`${source}\``);
  return source.replace(/^\.\/src\//, './dist/').replace(/\.ts$/, extension);
}

/** The package.json to publish, made from the one in the repository. */
export function publishedManifest(manifest) {
  const published = Object.fromEntries(
    Object.entries(manifest).filter(([field]) => !LEFT_OUT.includes(field)),
  );
  published.exports = Object.fromEntries(
    Object.entries(manifest.exports ?? {}).map(([door, source]) => [
      door,
      { types: built(source, '.d.ts'), default: built(source, '.js') },
    ]),
  );
  published.exports['./package.json'] = './package.json';
  published.files = ['dist', ...(manifest.files ?? []), ...(manifest.bin ? ['bin'] : [])];
  return published;
}

/** Stages one package and returns the folder to pack. */
function stage(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const target = join(ROOT, '.pack', basename(folder));
  rmSync(target, { recursive: true, force: true });
  mkdirSync(target, { recursive: true });
  const published = publishedManifest(manifest);
  // The incremental build's own state stays behind; maps would point at sources that are not published.
  cpSync(join(folder, 'dist'), join(target, 'dist'), {
    recursive: true,
    filter: (path) => !/(?:\.tsbuildinfo|\.map|\.test\.(?:js|d\.ts))$/.test(path),
  });
  for (const name of published.files.filter((file) => file !== 'dist')) {
    cpSync(join(folder, name), join(target, name), { recursive: true });
  }
  for (const name of ['README.md', 'CHANGELOG.md']) {
    if (existsSync(join(folder, name))) cpSync(join(folder, name), join(target, name));
  }
  cpSync(join(ROOT, 'LICENSE'), join(target, 'LICENSE'));
  writeFileSync(join(target, 'package.json'), `${JSON.stringify(published, null, 2)}\n`);
  return target;
}

/** Folders of the packages that are published. */
export function publishedPackages(root = ROOT) {
  return globSync('packages/*/package.json', { cwd: root })
    .filter((path) => !JSON.parse(readFileSync(join(root, path), 'utf8')).private)
    .map((path) => join(root, path, '..'))
    .sort();
}

if (import.meta.main) {
  for (const folder of publishedPackages()) console.log(`staged ${stage(folder).slice(ROOT.length + 1)}`);
}
