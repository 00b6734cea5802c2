// The `writ` process; bin/writ.js starts it on a Node that can run it.
import { runProgram } from './program.ts';

await runProgram(process.argv.slice(2));
