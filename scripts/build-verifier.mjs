// Makes packages/core/verify/verify.mjs, the verifier in one file: the engine of `writ log verify` and of the browser
// (packages/core/src/proof/verify/engine) without its types, below a command line (build-verifier-shell.mjs). See docs/decisions/0011.
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const ENGINE = join(ROOT, 'packages/core/src/proof/verify/engine');
const SHELL = join(import.meta.dirname, 'build-verifier-shell.mjs');
/** Where the verifier stands. */
export const VERIFIER = join(ROOT, 'packages/core/verify/verify.mjs');
/** The files of the engine, each after those that it imports. */
const PARTS = [
  'text',
  'problems',
  'checkpoint',
  'tree',
  'forms',
  'entries',
  'disclosed',
  'noted',
  'replay',
  'verify',
  'summary',
];
/** Wider than the house's own, so that the file is read with less turning. */
const LINE_WIDTH = 130;

const HEADER = `\
// Verifies a Writ log, or any C2SP tiled log (c2sp.org/tlog-tiles), from the bytes of its entries up. It needs Node 24 and nothing else:
// no package and no network, and it writes no file. Take it from the project itself, never from whom you verify. Apache-2.0.
// It is the engine of \`writ log verify\` and of the browser, printed without types by scripts/build-verifier.mjs. Do not edit it.
`;

/** The text of the verifier. Throws where the formatter fails. */
export function printVerifier() {
  const engine = PARTS.map((name) => printPart(readFileSync(join(ENGINE, `${name}.ts`), 'utf8'))).join('\n');
  const shell = readFileSync(SHELL, 'utf8').replace(/^\/\/.*\n/, '');
  if (shell.split('// ENGINE').length !== 2)
    throw new Error(`\`${SHELL}\` does not say where the engine goes`);
  const text = shell.replace('// ENGINE', () => engine).replace(/^\s*\n/gm, '');
  // So that the formatter puts each list on one line again where it fits; types leave line breaks behind.
  const joined = text.replace(/([({[,])\n\s+/g, '$1 ').replace(/,\s*\n\s*([)}\]])/g, ' $1');
  return `${HEADER}${format(joined).replace(/^\s*\n/gm, '')}`;
}

/** One file of the engine: without its purpose line, imports, exports and types. */
function printPart(source) {
  const code = source
    .replace(/^\/\*\*.*\*\/\n/, '')
    .replace(/^import[^;]*;\n/gm, '')
    .replace(
      /(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\n)?^(?:export )?(?:interface \w+[^{]*\{[\s\S]*?^\}|type [^;]*;)\n/gm,
      '',
    );
  const stripped = stripTypeScriptTypes(code).replace(/^export /gm, '');
  return stripped;
}

function format(text) {
  const arguments_ = ['format', `--line-width=${LINE_WIDTH}`, '--stdin-file-path=verifier.mjs'];
  const { status, stdout, stderr } = spawnSync(join(ROOT, 'node_modules/.bin/biome'), arguments_, {
    cwd: ROOT,
    input: text,
    encoding: 'utf8',
  });
  if (status !== 0) throw new Error(`the verifier could not be formatted: ${stderr}`);
  return stdout;
}

if (import.meta.main) writeFileSync(VERIFIER, printVerifier());
