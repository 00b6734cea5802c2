// package-lock.json serves every platform: `npm ci` refuses a lock that lacks an optional package of a platform, whichever platform it runs on.
// Packages for other platforms than Linux on x64 and arm64 may be locked by version alone, where nobody could fetch them to say what they hold; `npm install` there adds it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');
/** The platforms that people are known to work on. */
const PLATFORMS = ['linux-x64', 'linux-arm64', 'darwin-arm64', 'win32-x64'];
/** Programs that formatting, checks and tests cannot do without, by the package that offers them for each platform. */
const NATIVE = [
  '@biomejs/biome',
  'oxlint',
  'oxlint-tsgolint',
  'rolldown',
  'typescript',
  'lightningcss',
  '@tailwindcss/oxide',
];

describe.each(['.', 'test-tools'])('the lock of %s', (folder) => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, folder, 'package-lock.json'), 'utf8'));
  const locked = Object.entries(packages).filter(
    ([path, { link }]) => path.startsWith('node_modules/') && !link,
  );

  test('holds every optional package that a locked one names', () => {
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !packages[`${path}/node_modules/${name}`] && !packages[`node_modules/${name}`],
      ),
    );
    expect(missing).toEqual([]);
  });

  test('says for which platform each optional package of one version with its platform’s name is', () => {
    const unsaid = locked.filter(
      ([path, { optional, os, cpu }]) =>
        optional && /-(?:android|darwin|freebsd|linux|win32)-/.test(path) && !(os && cpu),
    );
    expect(unsaid.map(([path]) => path)).toEqual([]);
  });

  test('knows the contents of all that is installed on Linux', () => {
    const isElsewhere = ({ optional, os = [], cpu = [], libc = [] }) =>
      optional &&
      (!os.includes('linux') ||
        !cpu.some((one) => one === 'x64' || one === 'arm64') ||
        libc.includes('musl'));
    const unknown = locked.filter(([, one]) => !one.integrity && !isElsewhere(one));
    expect(unknown.map(([path]) => path)).toEqual([]);
  });
});

test.each(NATIVE)('%s is locked for every platform that people work on', (name) => {
  const { packages } = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const { optionalDependencies } = packages[`node_modules/${name}`];
  const served = Object.keys(optionalDependencies)
    .map((one) => packages[`node_modules/${one}`])
    .flatMap(({ os = [], cpu = [] }) =>
      os.flatMap((system) => cpu.map((processor) => `${system}-${processor}`)),
    );
  expect(served).toEqual(expect.arrayContaining(PLATFORMS));
});
