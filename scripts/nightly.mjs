// What takes a night: `npm run nightly`, or `WRIT_CASES=… WRIT_SEED=… WRIT_KILLS=… WRIT_WRITERS=… npm run nightly`. The numbers stand in what it prints.
import { spawnSync } from 'node:child_process';

const env = {
  ...process.env,
  WRIT_CASES: process.env.WRIT_CASES ?? '50000',
  WRIT_KILLS: process.env.WRIT_KILLS ?? '100',
  WRIT_WRITERS: process.env.WRIT_WRITERS ?? '8',
};
console.log(
  `nightly: ${env.WRIT_CASES} generated comparisons, seed ${env.WRIT_SEED ?? 'drawn and printed by each test'}; ${env.WRIT_KILLS} of ${env.WRIT_WRITERS} writers at once killed`,
);
const tests = ['packages/core/test/cedar', 'packages/postgres/test/processes.test.ts'];
const { status } = spawnSync('npx', ['vitest', 'run', ...tests, '--testTimeout=7200000'], {
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
