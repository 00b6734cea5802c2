// Logs that were set aside stay until somebody removes them: who looks is told when it is time.
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { beginSuccession, openLog, succeedLog } from '@writ/core';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity, settableClock } from '@writ/core/testing';
import { formerFindings } from './doctor-former.ts';

const DAY_MS = 86_400_000;
const SETTINGS = { defaultKeep: 400 * DAY_MS, classes: { decision: 800 * DAY_MS, log: 'keep' } } as const;

/** A data folder whose first log ended on day 1,000. */
async function succeeded(): Promise<string> {
  const root = mkdtempSync(join(tmpdir(), 'writ-doctor-former-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const path = join(root, '.writ');
  const identity = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, clock: settableClock(1_000 * DAY_MS), path };
  const log = await openLog(identity);
  await committed(log, { ...openDraft('d'), time: identity.clock.now() });
  await log.close();
  beginSuccession(path, 'next.example/log');
  await succeedLog({
    ...identity,
    origin: 'next.example/log',
    signingKey: { seed: new Uint8Array(32).fill(9) },
  });
  return path;
}

test('a log that was set aside is named once its longest time is over, and not before', async () => {
  const path = await succeeded();
  expect(formerFindings(path, SETTINGS, 1_800 * DAY_MS)).toEqual([]);
  expect(formerFindings(path, SETTINGS, 1_801 * DAY_MS)).toMatchObject([
    { status: 'warn', detail: expect.stringMatching(/former.* ended 1972-09-27, .* remove it/) as string },
  ]);
  expect(formerFindings(path, { ...SETTINGS, defaultKeep: 'keep' }, 9_000 * DAY_MS)).toEqual([]);
});

test('a log that was set aside and cannot be looked into is told', async () => {
  const path = await succeeded();
  const [name = ''] = readdirSync(join(path, 'former'));
  writeFileSync(join(path, 'former', name, 'writ.db'), 'not a database');
  expect(formerFindings(path, SETTINGS, 0)).toMatchObject([
    { status: 'warn', detail: expect.stringContaining('cannot be looked into') as string },
  ]);
});

test('where nothing was set aside, nothing is said', () => {
  expect(formerFindings(join(tmpdir(), 'writ-nowhere'), SETTINGS, 9_000 * DAY_MS)).toEqual([]);
});
