// The generated comparisons at the length of a night: `npm run nightly`, or `WRIT_CASES=… WRIT_SEED=… npm run nightly`. Both stand in what it prints.
import { spawnSync } from 'node:child_process';

const env = { ...process.env, WRIT_CASES: process.env.WRIT_CASES ?? '50000' };
console.log(`nightly: ${env.WRIT_CASES} cases, seed ${env.WRIT_SEED ?? 'drawn and printed by each test'}`);
const { status } = spawnSync('npx', ['vitest', 'run', 'packages/core/test/cedar', '--testTimeout=7200000'], {
  env,
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
