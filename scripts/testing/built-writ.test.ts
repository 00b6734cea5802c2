import { execFileSync } from 'node:child_process';
import { globSync, readFileSync, statSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { buildWrit } from './built-writ.ts';
import { WRIT } from './writ.ts';

const LAUNCHER = join(import.meta.dirname, '../../packages/cli/bin/writ.js');
/** How a built file names what it needs from elsewhere. */
const NAMED = /^(?:import|export)\b[^'"]*['"]([^'"./][^'"]*)['"];$/gm;

test('tests start what is built of the sources as they are, and it is not built again where none has changed', async () => {
  const { mtimeMs } = statSync(join(WRIT, '../main.js'));
  expect(await buildWrit()).toBe(WRIT);
  expect(statSync(join(WRIT, '../main.js')).mtimeMs).toBe(mtimeMs);
});

test('the built command says what the one from source says', () => {
  const said = (command: string): string => execFileSync(command, ['case', '--help'], { encoding: 'utf8' });
  expect(said(WRIT)).toBe(said(LAUNCHER));
  // The first start of a checkout from source, on a machine that does much else.
}, 120_000);

test('whatever a built file needs from elsewhere is there', () => {
  const files = globSync('*.js', { cwd: dirname(WRIT) });
  const named = files.flatMap((file) =>
    [...readFileSync(join(dirname(WRIT), file), 'utf8').matchAll(NAMED)].map(([, name = '']) => name),
  );
  expect(named).toContain('node:fs');
  const { resolve } = createRequire(pathToFileURL(join(dirname(WRIT), 'main.js')));
  const missing = [...new Set(named)].filter((name) => {
    try {
      return name.startsWith('node:') ? false : resolve(name) === '';
    } catch (cause) {
      // There, for importing alone.
      return (cause as NodeJS.ErrnoException).code === 'MODULE_NOT_FOUND';
    }
  });
  expect(missing).toEqual([]);
});

test('each thread that a source starts is built with it', () => {
  const started = globSync('packages/*/src/**/*.ts', { cwd: join(import.meta.dirname, '../..') }).flatMap(
    (file) => [
      ...readFileSync(join(import.meta.dirname, '../..', file), 'utf8').matchAll(
        /new URL\('\.\/([a-z-]+)\.ts', import\.meta\.url\)/g,
      ),
    ],
  );
  const built = globSync('packages-*.js', { cwd: dirname(WRIT) });
  expect(started.length).toBeGreaterThan(0);
  expect(built).toHaveLength(started.length);
});
