/** Our engine, the reference and the official engine agree on generated worlds. `WRIT_CASES` sets how many, `WRIT_SEED` where they begin. */
import { expect, test } from 'vitest';
import { compareWorld, nothingMet } from './compare.ts';

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
  },
  TIMEOUT_MS,
);

test(
  'the generated cases are worth asking: every kind of answer is among them',
  () => {
    // One fixed seed: what is asked of the generator must not depend on the seed of the day.
    const met = nothingMet();
    for (let world = 0; met.cases < 800; world += 1) compareWorld(1 + world, met);
    const { cases, ...kinds } = met;
    expect(cases - met.allowed).toBeGreaterThan(cases / 10);
    for (const [kind, found] of Object.entries(kinds)) expect(found, kind).toBeGreaterThan(cases / 100);
  },
  TIMEOUT_MS,
);
