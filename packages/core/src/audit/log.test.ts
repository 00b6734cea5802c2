/** Every log keeps the one contract. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished, test } from 'vitest';
import {
  LOG_CONTRACT,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  sampleTenant,
} from '../testing/index.ts';
import { createMemoryLog, openLog, type OpenLog, openLogStore } from './index.ts';

const STORES: readonly (readonly [string, () => Promise<OpenLog>])[] = [
  ['memory', () => Promise.resolve(createMemoryLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS }))],
  [
    'sqlite',
    () => {
      const folder = mkdtempSync(join(tmpdir(), 'writ-log-'));
      onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
      return openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: join(folder, '.writ') });
    },
  ],
  ['sqlite beside two busy tenants', openBesideOthers],
];

/** A tenant's log in a store in which two others are written to all the time. */
async function openBesideOthers(): Promise<OpenLog> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-log-'));
  const store = openLogStore({ ...sampleLogIdentity(), path: join(folder, '.writ') });
  let isOver = false;
  const keepBusy = async (log: OpenLog): Promise<void> => {
    // The keys, digests and sessions of the contract, so that anything shared would show.
    for (let at = 0; !isOver; at += 1) await log.writer.append(openDraft(`d${at % 20}`, { time: 90_000 }));
  };
  const busy = await Promise.all(['acme', 'acme-2'].map((name) => store.open(sampleTenant(name))));
  const running = busy.map(keepBusy);
  onTestFinished(async () => {
    isOver = true;
    await Promise.all(running);
    await store.close();
    rmSync(folder, { recursive: true, force: true });
  });
  return store.open(sampleTenant('tested'));
}

describe.each(STORES)('a log in %s', (_name, open) => {
  test.each(LOG_CONTRACT.map((one) => [one.name, one] as const))('%s', async (_sentence, contract) => {
    const log = await open();
    try {
      await contract.run(log);
    } finally {
      await log.close();
    }
  });
});
