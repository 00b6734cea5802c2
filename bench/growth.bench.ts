// How a log fares as it grows: one caller's append, a restart, the bytes of an entry, and what the verifier in one file takes over all of it, at
// each size. WRIT_BENCH_MOST=10000000 goes on to ten million entries, which takes minutes to write and 25 GB.
import { rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type EntryDraft, LOCAL_TENANT, type OpenLog, systemClock } from '@writ/core';
import { formatVerifierKey } from '@writ/core/proof';
import { durableFolder, durableKeys, fileSystem, openDurableLog } from './durable.ts';
import { median, print, quantile, rounded, rssMb } from './measure.ts';
import { runStandAlone } from './stand-alone.ts';
import { text } from './typical.ts';

const SIZES = [10_000, 100_000, 1_000_000, 10_000_000];
const MOST = Number(process.env['WRIT_BENCH_MOST'] ?? 1_000_000);
/** Entries in flight while the log is filled. */
const CALLERS = 512;
const APPENDS = 300;
const RESTARTS = 3;
/** Characters that an entry commits and seals. */
const BODY = 300;
const US_PER_MS = 1_000;
const MS_PER_SECOND = 1_000;
const BYTES_PER_KB = 1_024;

const folder = durableFolder('growth');
const path = join(folder, 'data');
try {
  const fs = fileSystem(folder);
  const keys = durableKeys();
  let log = await openDurableLog(path, keys);
  for (const entries of SIZES.filter((size) => size <= MOST)) {
    await fill(log, entries);
    const waits: number[] = [];
    for (let at = 0; at < APPENDS; at += 1) {
      const before = performance.now();
      await log.writer.append(draft());
      waits.push((performance.now() - before) * US_PER_MS);
    }
    print(
      'log/grow',
      { entries, callers: 1, fs },
      { p50_us: rounded(median(waits)), p99_us: rounded(quantile(waits, 0.99)), rss_mb: rssMb() },
    );
    const publishing = performance.now();
    await log.publish();
    print('log/publish', { entries, fs }, { ms: rounded(performance.now() - publishing) });
    await log.close();
    const restarts: number[] = [];
    for (let at = 0; at < RESTARTS; at += 1) {
      const before = performance.now();
      log = await openDurableLog(path, keys);
      restarts.push(performance.now() - before);
      if (at < RESTARTS - 1) await log.close();
    }
    print('log/restart', { entries, fs }, { ms: rounded(median(restarts)), rss_mb: rssMb() });
    for (const checks of ['root', 'all'] as const) verify(log, checks, { entries, fs });
    const bytes = statSync(join(path, 'writ.db')).size / log.reader.size();
    print('log/bytes', { entries, body_characters: BODY }, { bytes_per_entry: rounded(bytes) });
  }
  await log.close();
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What is published, verified from nothing. `rss_mb` is the most that the process held at once. */
function verify(log: OpenLog, checks: 'root' | 'all', params: Readonly<Record<string, unknown>>): void {
  const keyFile = join(folder, 'log.vkey');
  writeFileSync(keyFile, `${formatVerifierKey(log.verifierKey)}\n`);
  const { ms, cpuUs, rssKb } = runStandAlone(
    join(path, 'log'),
    keyFile,
    checks === 'root' ? ['--root-only'] : [],
  );
  const size = log.reader.size();
  print(
    'log/verify',
    { ...params, checks, by: 'verify.mjs' },
    {
      rate: rounded((size / ms) * MS_PER_SECOND),
      cpu_us: rounded(cpuUs / size),
      rss_mb: rssMb(rssKb * BYTES_PER_KB),
    },
  );
}

function draft(): EntryDraft {
  return {
    detail: { kind: 'refusals', refusals: { counts: { 'json.syntax': 1 }, since: 0 } },
    tenant: LOCAL_TENANT,
    time: systemClock.now(),
    monotonicNs: systemClock.monotonicNs(),
    retentionClass: 'log',
    committed: { note: text(BODY) },
    concerns: [],
  };
}

/** Appends until there are `entries`. */
async function fill(log: OpenLog, entries: number): Promise<void> {
  let left = entries - log.reader.size();
  const caller = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await log.writer.append(draft());
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, caller));
}
