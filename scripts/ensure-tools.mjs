// Installs the heavy programs of test-tools/ when they are not there as locked: `npm run tools`, and .ci/run.
import { join } from 'node:path';
import { differences, install } from './ensure.mjs';

const FOLDER = join(import.meta.dirname, '../test-tools');

const missing = differences(FOLDER);
if (missing.length > 0) {
  process.stderr.write(`installing test tools: ${missing.length} packages\n`);
  if (!install(FOLDER)) process.exitCode = 1;
}
