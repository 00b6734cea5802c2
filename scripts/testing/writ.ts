// Which `writ` tests start: the one that is built before them, else the checkout's own launcher, which runs the source.
import { join } from 'node:path';

/** Names the built command; set for all tests by `built-writ.ts`. */
export const COMMAND_VARIABLE = 'WRIT_TEST_COMMAND';

/** The path of a program. */
export const WRIT: string =
  process.env[COMMAND_VARIABLE] ?? join(import.meta.dirname, '../../packages/cli/bin/writ.js');
