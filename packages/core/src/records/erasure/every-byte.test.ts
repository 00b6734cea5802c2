import { copyFileSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, test } from 'vitest';
import { backupLog, restoreLog, verifyFolder } from '../../audit/index.ts';
import { SAMPLE_LOG_KEYS } from '../../testing/index.ts';
import { eraseSubject } from './erase-subject.ts';
import type { RecordsLog } from '../records-log.ts';
import { placeHold, releaseHold } from './legal-holds.ts';
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

test('what a backup that was killed left behind goes with the next one, and nothing of the person stays in it', async () => {
  const [path, backup] = [scratchFolder(), scratchFolder()];
  const erasing = await erasingLog(path);
  await fill(erasing, 8);
  backupLog({ path, target: backup, now: 1_000 });
  await fill(erasing, 8);
  const secrets = secretsOf(erasing);
  const size = erasing.open.reader.size();
  const killed = join(backup, 'backup.json.new');
  // Wherever it is killed: the manifest that would make its files count cannot be written.
  mkdirSync(killed);
  expect(() => backupLog({ path, target: backup, now: 2_000 })).toThrow(/cannot write the backup/);
  rmdirSync(killed);
  const [step = ''] = readdirSync(backup).filter((name) => name.endsWith(`-${size}.db`));
  for (const draft of [`${step}.new`, `state-${size}.db.new`, `${step}.renewed-99.new`])
    copyFileSync(join(backup, `state-${size}.db`), join(backup, draft));
  await eraseSubject({ log: erasing.log, reseal: erasing.reseal, identifiers: [ANN] });
  await erasing.open.close();
  backupLog({ path, target: backup, now: 3_000 });
  expect(found(backup, secrets)).toEqual([]);
});

test('a backup that is made before the last words about a request are gone keeps no name of it', async () => {
  const [path, backup] = [scratchFolder(), scratchFolder()];
  const erasing = await erasingLog(path);
  const { log, reseal } = erasing;
  await fill(erasing, 4);
  const hold = await placeHold(log, { scope: 'tenant' }, 'matter 7');
  await eraseSubject({ log, reseal, identifiers: [ANN] });
  const request = requestsOf(path);
  await releaseHold(log, hold, 'settled');
  const writer: RecordsLog['writer'] = {
    ...log.writer,
    append: (draft) => {
      if (draft.detail.kind === 'case') backupLog({ path, target: backup, now: 1_000 });
      return log.writer.append(draft);
    },
  };
  await eraseSubject({ log: { ...log, writer }, reseal, identifiers: [ANN] });
  expect(found(backup, request)).not.toEqual([]);
  await erasing.open.close();
  backupLog({ path, target: backup, now: 2_000 });
  expect(found(path, request)).toEqual([]);
  expect(found(backup, request)).toEqual([]);
});

/** The bytes of requests that wait. */
function requestsOf(path: string): readonly Buffer[] {
  const database = new DatabaseSync(join(path, 'writ.db'), { readOnly: true });
  try {
    const rows = database.prepare("SELECT value FROM records WHERE collection = 'erasures'").all();
    return rows.map((row) => Buffer.from(row['value'] as Uint8Array));
  } finally {
    database.close();
  }
}

test('a first backup that was killed leaves nothing of the person either', async () => {
  const [path, backup] = [scratchFolder(), scratchFolder()];
  const erasing = await erasingLog(path);
  await fill(erasing, 4);
  const secrets = secretsOf(erasing);
  backupLog({ path, target: backup, now: 1_000 });
  // As it stands before its first step counts.
  const manifest = readFileSync(join(backup, 'backup.json'), 'utf8');
  writeFileSync(
    join(backup, 'backup.json'),
    JSON.stringify({ ...(JSON.parse(manifest) as object), steps: [] }),
  );
  expect(found(backup, secrets)).not.toEqual([]);
  await eraseSubject({ log: erasing.log, reseal: erasing.reseal, identifiers: [ANN] });
  await erasing.open.close();
  backupLog({ path, target: backup, now: 2_000 });
  expect(found(backup, secrets)).toEqual([]);
});
