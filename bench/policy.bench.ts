// How fast policies decide, load and change: our engine beside others, same rules, same requests, every answer checked.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { loadPolicySet } from '@writ/core';
// @ts-expect-error -- a script without types
import { differences, install } from '../scripts/ensure.mjs';
import { median, print, quantile, rounded, rssMb } from './measure.ts';
import type { BenchedEngine } from './policy/engine.ts';
import { flatScenario, hotScenario, type Scenario, spreadScenario } from './policy/scenario.ts';
import { policySet, SET_SIZES, type SetSize, updateMs } from './policy/sets.ts';
import { writEngines } from './policy/writ.ts';

const US_PER_MS = 1_000;
const BYTES_PER_MB = 1024 * 1024;
const SIZES = [1, 10, 100, 1_000, 10_000];
/** How long one engine is asked at one size, and how many calls at most. */
const MEASURED_MS = 400;
const WARM_UP_MS = 200;
/** A sample is long enough that the clock's own cost, some 50 ns, does not show. */
const SAMPLE_MS = 0.02;
const ROUNDS = 5;

const PEERS = join(import.meta.dirname, 'peers/policy');

async function loadPeers(): Promise<readonly BenchedEngine[]> {
  if (differences(PEERS).length > 0 && !install(PEERS)) {
    console.error('SKIPPED: the peers of the policy bench could not be installed; ours is measured alone');
    return [];
  }
  const load = async (file: string): Promise<Record<string, unknown>> =>
    (await import(pathToFileURL(join(PEERS, file)).href)) as Record<string, unknown>;
  const files = ['cedar-wasm.ts', 'casbin.ts', 'casl.ts', 'json-rules-engine.ts', 'cel.ts'];
  const modules = await Promise.all(files.filter((file) => existsSync(join(PEERS, file))).map(load));
  return modules.flatMap((module) => Object.values(module).flat()) as BenchedEngine[];
}

/** Loads, checks every answer, warms up and measures one engine over one scenario. */
async function benchEngine(engine: BenchedEngine, scenario: Scenario, shape: string): Promise<void> {
  const heap = heapMb();
  const start = performance.now();
  const decide = await engine.load(scenario);
  const loadMs = performance.now() - start;
  const heapAfter = heapMb();
  const params = { engine: engine.engine, mode: engine.mode, shape, policies: scenario.rules.length };
  for (const [place, expected] of scenario.expected.entries()) {
    const answer = await decide(place);
    if (answer !== expected) throw new Error(`${JSON.stringify(params)} answers request ${place} wrongly`);
  }
  await run(decide, scenario, WARM_UP_MS);
  const rounds: { p50: number; p99: number; rate: number }[] = [];
  for (let round = 0; round < ROUNDS; round += 1)
    rounds.push(await run(decide, scenario, MEASURED_MS / ROUNDS));
  print('policy/decide', params, {
    rate: rounded(median(rounds.map(({ rate }) => rate))),
    p50_us: rounded(median(rounds.map(({ p50 }) => p50))),
    p99_us: rounded(median(rounds.map(({ p99 }) => p99))),
  });
  print('policy/load', params, { ms: rounded(loadMs), heap_mb: rounded(heapAfter - heap), rss_mb: rssMb() });
}

async function run(
  decide: (request: number) => boolean | Promise<boolean>,
  scenario: Scenario,
  ms: number,
): Promise<{ p50: number; p99: number; rate: number }> {
  const isAsynchronous = decide(0) instanceof Promise;
  const total = scenario.requests.length;
  const samples: number[] = [];
  let batch = 1;
  let calls = 0;
  const start = performance.now();
  let place = 0;
  while (performance.now() - start < ms) {
    const before = performance.now();
    for (let index = 0; index < batch; index += 1) {
      place = place + 1 === total ? 0 : place + 1;
      if (isAsynchronous) await decide(place);
      else void decide(place);
    }
    const took = performance.now() - before;
    calls += batch;
    samples.push((took / batch) * US_PER_MS);
    if (took < SAMPLE_MS && batch < total) batch *= 2;
  }
  const elapsed = performance.now() - start;
  return { p50: quantile(samples, 0.5), p99: quantile(samples, 0.99), rate: (calls / elapsed) * US_PER_MS };
}

/** What loading a whole set takes for the first time and then warm, and what a change of one of its policies takes. */
function benchSet(size: SetSize): void {
  const options = policySet(size);
  const heap = heapMb();
  const start = performance.now();
  const loaded = loadPolicySet(options);
  const firstMs = performance.now() - start;
  const heapAfter = heapMb();
  const params = { engine: 'writ', ...size };
  const warm = Array.from({ length: ROUNDS }, () => {
    const before = performance.now();
    loadPolicySet(options);
    return performance.now() - before;
  });
  print('policy/load-set', params, {
    first_ms: rounded(firstMs),
    ms: rounded(median(warm)),
    heap_mb: rounded(heapAfter - heap),
    rss_mb: rssMb(),
  });
  const updates = Array.from({ length: 2 * ROUNDS }, (_, round) => updateMs(size, loaded, round * ROUNDS));
  print('policy/update-set', params, { ms: rounded(median(updates)) });
}

function heapMb(): number {
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage().heapUsed / BYTES_PER_MB;
}

const wanted = process.argv[2] ?? '';
const sizes = SIZES.filter(
  (size) => size <= Number(process.env['WRIT_BENCH_MOST'] ?? Number.POSITIVE_INFINITY),
);
const peers = await loadPeers();
const engines = [...writEngines.decide, ...peers].filter(({ engine }) => engine.includes(wanted));
for (const policies of sizes) {
  for (const engine of engines) {
    if (policies > engine.most) continue;
    await benchEngine(engine, hotScenario(policies), 'hot');
    if (engine.engine !== 'writ' && engine.engine !== 'cedar-wasm') continue;
    await benchEngine(engine, spreadScenario(policies), 'spread');
    await benchEngine(engine, flatScenario(policies), 'flat');
  }
}
for (const policies of sizes) {
  for (const { mode, measure } of writEngines.once) {
    print(`policy/${mode}`, { engine: 'writ', policies }, measure(policies));
  }
}
for (const size of SET_SIZES.filter(({ policies }) => sizes.includes(policies))) benchSet(size);
