/** Our engine, the reference and the official engine agree on generated worlds. `WRIT_CASES` sets how many, `WRIT_SEED` where they begin. */
import { expect, test } from 'vitest';
import { compareWorld, nothingMet } from './compare.ts';
import { REQUESTS_OF_WORLD } from './generate-world.ts';

const CASES = Number(process.env['WRIT_CASES'] ?? 3000);
const SEED = Number(process.env['WRIT_SEED'] ?? Date.now() % 1_000_000_000);
/** Generous: 50,000 cases on a shared machine. */
const TIMEOUT_MS = 3_600_000;

test(
  'three engines agree on what is satisfied, what fails and what is decided',
  () => {
    console.info(`differential: ${CASES} cases from WRIT_SEED=${SEED}`);
    const met = nothingMet();
    for (let world = 0; met.cases < CASES; world += 1) compareWorld(SEED + world, met);
    expect(met.cases).toBeGreaterThanOrEqual(CASES);
    // The cases are worth asking only where every kind of answer is among them.
    if (CASES < 100 * REQUESTS_OF_WORLD) return;
    expect(met.allowed).toBeGreaterThan(met.cases / 20);
    expect(met.cases - met.allowed).toBeGreaterThan(met.cases / 10);
    expect(met.withErrors).toBeGreaterThan(met.cases / 10);
    expect(met.withSeveral).toBeGreaterThan(met.cases / 50);
  },
  TIMEOUT_MS,
);
