// Where the heavy programs of test-tools/ are, for tests that need them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const FOLDER = join(import.meta.dirname, '../../test-tools/node_modules');

/**
 * The folder of an installed test tool, or nothing, said aloud, when it is not installed: skip the test then
 * (`test.skipIf(!folder)`). With `WRIT_REQUIRE_TOOLS=1`, as in CI, absence throws.
 */
export function testTool(name: string): string | undefined {
  const folder = join(FOLDER, name);
  if (existsSync(join(folder, 'package.json'))) return folder;
  const said = `skipped: test-tools not installed (\`${name}\`), run npm run tools`;
  if (process.env['WRIT_REQUIRE_TOOLS'] === '1') throw new Error(said);
  process.stderr.write(`${said}\n`);
  return undefined;
}
