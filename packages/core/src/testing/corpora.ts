/** Finds the outside test corpora, which lie beside the repository and are never part of it. */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Fault } from '../kernel/index.ts';

/** From this file, in sources and in built code alike. */
const CORPORA = new URL('../../../../../shared/corpora/', import.meta.url);

/**
 * The path of the corpus `name`, a folder or file below `../shared/corpora` of the repository root. Where it is not there: says so on
 * standard error and answers `undefined`, or throws `io.failed` under `WRIT_REQUIRE_CORPORA=1`.
 */
export function corpusPath(name: string): string | undefined {
  const path = fileURLToPath(new URL(name, CORPORA));
  if (existsSync(path)) return path;
  const message = `corpus not present: \`${name}\``;
  if (process.env['WRIT_REQUIRE_CORPORA'] === '1') throw new Fault('io.failed', message);
  console.warn(message);
  return undefined;
}
