// Many tenants in one store: whether a thousand logs with a caller each keep up with one log that has a thousand callers.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import {
  LOCAL_TENANT,
  openLogStore,
  type LogStore,
  type OpenLog,
  systemClock,
  systemRandom,
} from '@writ/core';

import {
  appendCalls,
  type CallDrafts,
  draftsOfACall,
  durableFolder,
  durableKeys,
  fileSystem,
} from './durable.ts';
import { measureRound, print, type Round, rssMb, summarise } from './measure.ts';

const CALLERS = 1_000;
const TENANTS = [1, 10, 100, 1_000];
const APART = 10;
const ROUNDS = 5;
const ROUND_MS = 700;
const WARM_UP_MS = 700;

const folder = durableFolder('tenants');
try {
  const fs = fileSystem(folder);
  const drafts = await draftsOfACall();
  const together: Measured[] = [];
  for (const tenants of TENANTS) together.push(await openTogether(tenants, CALLERS));
  await measure(fs, drafts, together);
  await measure(fs, drafts, [await openTogether(APART, APART), await openApart(APART)]);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Logs that are measured as one. */
interface Measured {
  readonly stores: readonly LogStore[];
  readonly logs: readonly OpenLog[];
  /** Of all logs together. */
  readonly callers: number;
  readonly openMs: number;
}

/** `tenants` logs in one store, `callers` between them. */
async function openTogether(tenants: number, callers: number): Promise<Measured> {
  const store = openStore(join(folder, `together-${tenants}-${callers}`));
  const before = performance.now();
  const logs = await Promise.all(Array.from({ length: tenants }, (_, at) => openTenant(store, at)));
  return { stores: [store], logs, callers, openMs: performance.now() - before };
}

/** What it costs where each tenant has a data folder of its own, and with it a thread and a sync: a caller each. */
async function openApart(tenants: number): Promise<Measured> {
  const stores = Array.from({ length: tenants }, (_, at) => openStore(join(folder, `apart-${at}`)));
  const before = performance.now();
  const logs = await Promise.all(stores.map((store, at) => openTenant(store, at)));
  return { stores, logs, callers: tenants, openMs: performance.now() - before };
}

/** Rounds of all in turn, so that what else the machine does meets each of them. */
async function measure(fs: string, drafts: CallDrafts, all: readonly Measured[]): Promise<void> {
  const runs = all.map(({ logs, callers }) => {
    const appenders = logs.map((log) => appendCalls(log, drafts, callers / logs.length));
    const append = (caller: number): Promise<void> | undefined =>
      appenders[caller % logs.length]?.(Math.floor(caller / logs.length));
    return { append, callers, rounds: [] as Round[] };
  });
  for (const { append, callers } of runs) await measureRound(append, { callers, ms: WARM_UP_MS });
  for (let round = 0; round < ROUNDS; round += 1)
    for (const { append, callers, rounds } of runs)
      rounds.push(await measureRound(append, { callers, ms: ROUND_MS }));
  for (const [at, { stores, logs, callers, openMs }] of all.entries()) {
    const params = { tenants: logs.length, callers, stores: stores.length, fs };
    const figures = summarise(runs[at]?.rounds ?? []);
    print('log/tenants', params, { ...figures, rss_mb: rssMb(), open_ms: Math.round(openMs) });
    await Promise.all(stores.map((store) => store.close()));
  }
}

function openStore(path: string): LogStore {
  return openLogStore({
    path,
    node: 'node-bench',
    softwareVersion: '0.0.0',
    clock: systemClock,
    random: systemRandom,
  });
}

function openTenant(store: LogStore, at: number): Promise<OpenLog> {
  return store.open({
    name: `tenant-${at}`,
    origin: `bench.example/tenant-${at}`,
    tenant: LOCAL_TENANT,
    ...durableKeys(),
  });
}
