// One configuration for every test of the workspace: beside the code, in scripts, examples and requirements.
import { join } from 'node:path';
import { defineConfig, type ViteUserConfig } from 'vitest/config';

/** Longest a test may take, in milliseconds: generous, because the machines that run them are shared. */
const TEST_TIMEOUT_MS = 30_000;

/** Two workers, so that a machine with two cores still measures behaviour and not its own queue. */
const WORKERS = 2;

/** Stripped and compiled TypeScript of earlier starts, for the many processes that tests start: each starts in half the processor time. */
const COMPILE_CACHE = join(import.meta.dirname, 'node_modules/.cache/writ-test');

const config: ViteUserConfig = defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.{ts,tsx}',
      'packages/*/test/**/*.test.ts',
      'scripts/**/*.test.{ts,mjs}',
      'examples/**/*.test.ts',
      'requirements/**/*.test.ts',
      'docs/**/*.test.ts',
      'bench/*.test.ts',
      'deploy/**/*.test.ts',
    ],
    exclude: ['**/node_modules/**', '**/dist/**', '**/.pack/**'],
    globalSetup: ['scripts/testing/built-writ.ts'],
    setupFiles: ['scripts/testing/loopback-only.ts'],
    environment: 'node',
    env: { NODE_COMPILE_CACHE: COMPILE_CACHE },
    pool: 'forks',
    maxWorkers: WORKERS,
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    restoreMocks: true,
    passWithNoTests: false,
  },
});

export default config;
