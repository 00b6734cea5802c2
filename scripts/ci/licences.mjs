// Every installed package, tools included, must carry a licence that Writ can be used and built under. Reads the lock.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

/** Licences (SPDX) that ask for no more than attribution. */
const ALLOWED = new Set([
  '0BSD',
  'Apache-2.0',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'BlueOak-1.0.0',
  'CC0-1.0',
  'ISC',
  'MIT',
  'MIT-0',
  // Fonts; they stay under it, and what is set in them does not come under it.
  'OFL-1.1',
  'Python-2.0',
  'Unlicense',
  'Zlib',
]);

/** Tools only, never shipped: licences that bind changes to the tool itself, or data. */
const ALLOWED_FOR_TOOLS = new Set([...ALLOWED, 'CC-BY-4.0', 'MPL-2.0']);

/** Packages whose lock entry names no licence, or not in SPDX, with what their licence file says. */
const READ_BY_HAND = {
  // Its repository's LICENSE: MIT, moving to Apache-2.0; what has not moved yet stays MIT.
  '@modelcontextprotocol/server-filesystem': 'MIT AND Apache-2.0',
  '@modelcontextprotocol/server-memory': 'MIT AND Apache-2.0',
};

/** Whether an SPDX expression can be met with the allowed licences. */
export function isAllowed(expression, allowed) {
  const bare = expression.trim().replace(/^\((.*)\)$/, '$1');
  if (/\sOR\s/.test(bare)) return bare.split(/\sOR\s/).some((part) => isAllowed(part, allowed));
  if (/\sAND\s/.test(bare)) return bare.split(/\sAND\s/).every((part) => isAllowed(part, allowed));
  return allowed.has(bare);
}

/** Packages of a lock whose licence is missing or not allowed, as `path: licence`. */
export function refusedLicences(lock) {
  return Object.entries(lock.packages)
    .filter(([path, { link }]) => path.startsWith('node_modules/') && !link)
    .flatMap(([path, entry]) => {
      const name = path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length);
      const licence = READ_BY_HAND[name] ?? entry.license;
      const allowed = entry.dev || entry.devOptional || entry.optional ? ALLOWED_FOR_TOOLS : ALLOWED;
      return licence && isAllowed(licence, allowed) ? [] : [`${path}: ${licence ?? 'none named'}`];
    });
}

if (import.meta.main) {
  const lock = JSON.parse(readFileSync(join(ROOT, 'package-lock.json'), 'utf8'));
  const refused = refusedLicences(lock);
  for (const line of refused) console.error(line);
  console.log(`licences: ${Object.keys(lock.packages).length} packages, ${refused.length} refused`);
  if (refused.length > 0) process.exitCode = 1;
}
