// Makes packages/gateway/hook/hook.cjs, the process that coding agents start for each call: packages/gateway/src/hook/client in one file without types.
// One CommonJS file starts in a few milliseconds over bare Node; modules, packages and `node:crypto` cost more than all the rest. See docs/decisions/0030.
import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const CLIENT = join(ROOT, 'packages/gateway/src/hook/client');
/** Where the hook stands. */
export const HOOK = join(ROOT, 'packages/gateway/hook/hook.cjs');
/** Each after those that it imports. */
const PARTS = ['sha256', 'wire', 'trust', 'ask', 'start', 'meet', 'denials', 'main'];

const HEADER = `\
'use strict';
// The hook of Writ, one file: what a coding agent starts before and after each call. Printed by scripts/build-hook.mjs from
// packages/gateway/src/hook/client, where its reasons are written. Do not edit it. Apache-2.0.
`;

/** The text of the hook. */
export function printHook() {
  const builtIns = new Map();
  const parts = PARTS.map((name) => {
    const source = readFileSync(join(CLIENT, `${name}.ts`), 'utf8');
    for (const [, names, from] of source.matchAll(/^import \{([^}]*)\} from '(node:[a-z_]+)';/gm)) {
      const known = builtIns.get(from) ?? new Set();
      for (const one of names.split(',').map((part) => part.trim()))
        if (one !== '' && !one.startsWith('type ')) known.add(one);
      builtIns.set(from, known);
    }
    return stripTypeScriptTypes(source.replace(/^import[^;]*;\n/gm, '')).replace(/^export /gm, '');
  });
  // Starting a daemon is rare, and what it needs takes a millisecond to load.
  const lazy = new Set(['node:child_process']);
  const needs = [...builtIns]
    .filter(([from]) => !lazy.has(from))
    .map(([from, names]) => `const { ${[...names].sort().join(', ')} } = require('${from}');\n`)
    .sort();
  const code = parts
    .join('\n')
    .replace(/\bspawn\(/g, "require('node:child_process').spawn(")
    .replace(/^\s*\/\*\*[\s\S]*?\*\/\n/gm, '')
    .replace(/[ \t]+$/gm, '')
    .replace(/\n{2,}/g, '\n');
  return `${HEADER}${needs.join('')}${code}main(process.argv.slice(2));\n`;
}

if (process.argv[1] === import.meta.filename) writeFileSync(HOOK, printHook());
