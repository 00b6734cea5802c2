import { expect, test } from 'vitest';
import { backupLog, restoreLog, verifyFolder } from '../../audit/index.ts';
import { SAMPLE_LOG_KEYS } from '../../testing/index.ts';
import { eraseSubject } from './erase-subject.ts';
import { ANN, BOB, erasingLog, fill, found, scratchFolder, secretsOf } from '../fixtures.ts';

const BODIES = 1_000;

test('after an erasure no file of the data folder, nor of a backup made afterwards, has a byte of what was erased, and the log verifies', async () => {
  const [path, backup] = [scratchFolder(), scratchFolder()];
  const erasing = await erasingLog(path);
  await fill(erasing, BODIES);
  await erasing.open.publish();
  backupLog({ path, target: backup, now: 1_000 });
  const secrets = secretsOf(erasing);
  expect(secrets.length).toBeGreaterThan(BODIES);
  // What is looked for is there before, or the search says nothing.
  expect(found(path, secrets).length).toBeGreaterThan(0);
  expect(found(backup, secrets).length).toBeGreaterThan(0);
  const bobs = erasing.open.reader.concerning(BOB).length;

  const report = await eraseSubject({ log: erasing.log, reseal: erasing.reseal, identifiers: [ANN] });
  expect(report).toMatchObject({ status: 'done', held: [], waiting: [], pins: [] });
  expect(report.resealed).toBe(BODIES / 4);
  expect(erasing.open.reader.concerning(ANN)).toEqual([]);
  expect(erasing.open.reader.concerning(BOB)).toHaveLength(bobs);
  expect(erasing.open.state.kills().map(({ reason }) => reason)).toEqual(['asked for by [erased]']);
  expect(found(path, secrets)).toEqual([]);

  const { verifierKey } = erasing.open;
  await erasing.open.close();
  const { signingKey, bodyKey } = SAMPLE_LOG_KEYS;
  const verified = await verifyFolder(path, {
    keys: [verifierKey],
    dataKeys: { signingSeed: signingKey.seed, bodyKeys: [bodyKey] },
  });
  expect(verified.problems).toEqual([]);
  backupLog({ path, target: backup, now: 2_000 });
  expect(found(path, secrets)).toEqual([]);
  expect(found(backup, secrets)).toEqual([]);
  const restored = scratchFolder();
  const { report: after } = await restoreLog({ source: backup, path: restored, keys: [verifierKey] });
  expect(after).toMatchObject({ ok: true });
  expect(found(restored, secrets)).toEqual([]);
}, 300_000);
