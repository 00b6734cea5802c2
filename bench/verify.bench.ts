// Verification of a published log: by the file that an auditor runs, and by the library, the root alone and everything.
// `npm run bench -- verify 1000000` measures over as many entries; default 200,000.
import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fromUtf8, parsePublicKey, verifyFolder } from '@writ/core';

import { appendCalls, draftsOfACall, durableFolder, fileSystem, openDurableLog } from './durable.ts';
import { print, type Round, roundOf, rssMb, summarise } from './measure.ts';
import { type CallTexts, writeSyntheticLog } from './verify-synthetic.ts';

const VERIFIER = join(import.meta.dirname, '../packages/core/verify/verify.mjs');
const DEFAULT_ENTRIES = 200_000;
const ROUNDS = 3;
const BYTES_PER_KB = 1_024;
/** Prints what the verifier cost when it ends. */
const METER = `data:text/javascript,process.on('exit',()=>{
  const {user,system}=process.cpuUsage();
  console.error(JSON.stringify({ms:performance.now(),cpuUs:user+system,rssKb:process.resourceUsage().maxRSS}));
})`;

const size = Number(process.argv[2] ?? DEFAULT_ENTRIES);
const folder = durableFolder('verify');
try {
  const log = join(folder, 'log');
  const keyFile = writeSyntheticLog(log, size, await textsOfACall());
  const fs = fileSystem(folder);
  for (const checks of ['root', 'all'] as const) {
    standAlone(log, keyFile, checks, fs);
    await library(log, keyFile, checks, fs);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function textsOfACall(): Promise<CallTexts> {
  const log = await openDurableLog(join(folder, 'model'));
  const append = appendCalls(log, await draftsOfACall(), 1);
  await append(0);
  await append(0);
  // Entry 0 is the log's own.
  const [decision = '', outcome = ''] = [1, 2].map((index) => fromUtf8(log.reader.entry(index).bytes));
  await log.close();
  return [decision, outcome];
}

function standAlone(log: string, keyFile: string, checks: 'root' | 'all', fs: string): void {
  const rounds: Round[] = [];
  let rssKb = 0;
  const flags = checks === 'root' ? ['--root-only'] : [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const command = ['--import', METER, VERIFIER, log, '--key', keyFile, ...flags];
    const { status, stdout, stderr } = spawnSync(process.execPath, command, { encoding: 'utf8' });
    if (status !== 0) throw new Error(`the log does not verify: ${stdout}${stderr}`);
    const cost = JSON.parse(stderr.trim().split('\n').at(-1) ?? '') as {
      readonly ms: number;
      readonly cpuUs: number;
      readonly rssKb: number;
    };
    rssKb = cost.rssKb;
    const { rate, ...rest } = roundOf([cost.ms], cost.cpuUs / size);
    if (round > 0) rounds.push({ ...rest, rate: rate * size });
  }
  report('verify.mjs', checks, rounds, rssKb * BYTES_PER_KB, fs);
}

async function library(log: string, keyFile: string, checks: 'root' | 'all', fs: string): Promise<void> {
  const keys = [parsePublicKey(readFileSync(keyFile, 'utf8').trim())];
  const rounds: Round[] = [];
  for (let round = 0; round <= ROUNDS; round += 1) {
    const cpu = process.cpuUsage();
    const before = performance.now();
    const { ok, problems } = await verifyFolder(log, { keys, rootOnly: checks === 'root' });
    const elapsedMs = performance.now() - before;
    if (!ok) throw new Error(`the log does not verify: ${JSON.stringify(problems)}`);
    const { user, system } = process.cpuUsage(cpu);
    const { rate, ...rest } = roundOf([elapsedMs], (user + system) / size);
    if (round > 0) rounds.push({ ...rest, rate: rate * size });
  }
  report('verifyFolder', checks, rounds, process.memoryUsage.rss(), fs);
}

/** `rate`: entries a second; `cpu_us`: processor time for an entry, start of the process included. */
function report(by: string, checks: string, rounds: readonly Round[], rss: number, fs: string): void {
  const { rate, rate_range, cpu_us } = summarise(rounds);
  print('log/verify', { checks, by, entries: size, fs }, { rate, rate_range, cpu_us, rss_mb: rssMb(rss) });
}
