// Verification of a published log: by the file that an auditor runs, and by the library, the root alone and everything.
// `npm run bench -- verify 1000000` measures over as many entries; default 200,000.
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, parsePublicKey, verifyFolder } from '@writ/core';

import { appendCalls, draftsOfACall, durableFolder, fileSystem, openDurableLog } from './durable.ts';
import { print, type Round, roundOf, rssMb, summarise } from './measure.ts';
import { runStandAlone } from './stand-alone.ts';
import { type CallTexts, writeSyntheticLog } from './verify-synthetic.ts';

const DEFAULT_ENTRIES = 200_000;
const ROUNDS = 3;
const BYTES_PER_KB = 1_024;

const size = Number(process.argv[2] ?? DEFAULT_ENTRIES);
const folder = durableFolder('verify');
try {
  const fs = fileSystem(folder);
  for (const [entry, texts] of Object.entries(await sampleTexts())) {
    const log = join(folder, entry);
    const keyFile = writeSyntheticLog(log, size, texts);
    const bytes = Math.round(texts.reduce((sum, text) => sum + text.length, 0) / texts.length);
    for (const checks of ['root', 'all'] as const) {
      const params = { checks, entry, bytes, entries: size, fs };
      standAlone(log, keyFile, params);
      await library(log, keyFile, params);
    }
    rmSync(log, { recursive: true });
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** `call`: decision and outcome of a call with 1 KB of arguments and of result; `small`: the log's own entry. */
async function sampleTexts(): Promise<Readonly<Record<'call' | 'small', CallTexts>>> {
  const log = await openDurableLog(join(folder, 'model'));
  const append = appendCalls(log, await draftsOfACall(), 1);
  await append(0);
  await append(0);
  const [own = '', decision = '', outcome = ''] = [0, 1, 2].map((index) =>
    fromUtf8(log.reader.entry(index).bytes),
  );
  await log.close();
  return { call: [decision, outcome], small: [own, own] };
}

interface Params {
  readonly checks: 'root' | 'all';
  readonly [name: string]: unknown;
}

function standAlone(log: string, keyFile: string, params: Params): void {
  const rounds: Round[] = [];
  let rssKb = 0;
  const flags = params.checks === 'root' ? ['--root-only'] : [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const cost = runStandAlone(log, keyFile, flags);
    rssKb = cost.rssKb;
    const { rate, ...rest } = roundOf([cost.ms], cost.cpuUs / size);
    if (round > 0) rounds.push({ ...rest, rate: rate * size });
  }
  report('verify.mjs', params, rounds, rssKb * BYTES_PER_KB);
}

async function library(log: string, keyFile: string, params: Params): Promise<void> {
  const keys = [parsePublicKey(readFileSync(keyFile, 'utf8').trim())];
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const cpu = process.cpuUsage();
    const before = performance.now();
    const { ok, problems } = await verifyFolder(log, { keys, rootOnly: params.checks === 'root' });
    const elapsedMs = performance.now() - before;
    if (!ok) throw new Error(`the log does not verify: ${JSON.stringify(problems)}`);
    const { user, system } = process.cpuUsage(cpu);
    const { rate, ...rest } = roundOf([elapsedMs], (user + system) / size);
    if (round > 0) rounds.push({ ...rest, rate: rate * size });
  }
  report('verifyFolder', params, rounds, process.memoryUsage.rss());
}

/** `rate`: entries a second; `cpu_us`: processor time for an entry, start of the process included. */
function report(by: string, params: Params, rounds: readonly Round[], rss: number): void {
  const { rate, rate_range, cpu_us } = summarise(rounds);
  print('log/verify', { ...params, by }, { rate, rate_range, cpu_us, rss_mb: rssMb(rss) });
}
