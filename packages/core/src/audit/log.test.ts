/** Both logs keep the one contract. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, onTestFinished, test } from 'vitest';
import { LOG_CONTRACT, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../testing/index.ts';
import { createMemoryLog, openLog, type OpenLog } from './index.ts';

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
];

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
