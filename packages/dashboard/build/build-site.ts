/** Builds the web interface: hashed files, a manifest, licences of what is in them, and each file compressed beforehand. */
import { appendFileSync, globSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import tailwindcss from '@tailwindcss/vite';
import react from '@vitejs/plugin-react';
import { build } from 'vite';

const ROOT = join(import.meta.dirname, '..');
/** Where the manifest stands in a build; it is for tests and is not served. */
export const MANIFEST = '.vite/manifest.json';
/** What is worth compressing; fonts are compressed already. */
const COMPRESSED = '**/*.{html,js,css,svg,txt,json}';
const GZIP_LEVEL = 9;

/** What is in the build beside modules, whose licences the builder does not see. */
const FONTS = ['@fontsource-variable/inter', '@fontsource/ibm-plex-mono'];
const LICENCES = 'licences.txt';

/** Builds into `folder`, which is emptied first: what people get, whoever asks, a test as well. */
export async function buildSite(folder: string): Promise<void> {
  const { env } = process;
  const { NODE_ENV: before } = env;
  // Libraries bring what helps to develop with them otherwise: larger by a third, and half as fast.
  env['NODE_ENV'] = 'production';
  try {
    await buildInto(folder);
  } finally {
    if (before === undefined) delete env['NODE_ENV'];
    else env['NODE_ENV'] = before;
  }
  for (const name of FONTS) appendFileSync(join(folder, LICENCES), `\n## ${name}\n\n${licenceOf(name)}`);
  for (const name of globSync(COMPRESSED, { cwd: folder })) compress(join(folder, name));
}

async function buildInto(folder: string): Promise<void> {
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    plugins: [react(), tailwindcss()],
    build: {
      outDir: folder,
      emptyOutDir: true,
      manifest: true,
      license: { fileName: LICENCES },
      // The content security policy takes neither `data:` fonts nor scripts in the page.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: ['chrome123', 'firefox128', 'safari17.5'],
      reportCompressedSize: false,
      // The budget is a test, of what is compressed.
      chunkSizeWarningLimit: 1_000,
    },
  });
}

function licenceOf(name: string): string {
  return readFileSync(createRequire(import.meta.url).resolve(`${name}/LICENSE`), 'utf8');
}

function compress(path: string): void {
  const plain = readFileSync(path);
  rmSync(`${path}.gz`, { force: true });
  writeFileSync(`${path}.gz`, gzipSync(plain, { level: GZIP_LEVEL }));
  writeFileSync(
    `${path}.br`,
    brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: plain.length } }),
  );
}
