/** Publishing: whole, again where files went missing, and never before the database is on the disk. */
import { mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { type LogOptions, openLog, type OpenLog, verifyFolder } from '../index.ts';
import { openDatabaseForReading, syncDatabase } from '../store/index.ts';
import { createCheckpointKey } from '../tree/index.ts';
import { folderTarget, Publisher, sqliteSource } from './index.ts';

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-publish-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

async function open(path: string, changes: Partial<LogOptions> = {}): Promise<OpenLog> {
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path, ...changes });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

test('publishing that fails between two files leaves the checkpoint before it, and succeeds the next time', async () => {
  const path = dataFolder();
  const log = await open(path, { faults: [{ step: 'publish/between-files', action: 'fail' }] });
  await expect(log.publish()).rejects.toThrow('simulated');
  expect(readdirSync(join(path, 'log'))).not.toContain('checkpoint');
  await expect(log.publish()).resolves.toBe(log.reader.size());
});

test('files that went missing or were cut short are published again by the next process', async () => {
  const path = dataFolder();
  const log = await open(path);
  await Promise.all(Array.from({ length: 600 }, (_, at) => committed(log, openDraft(`d${at}`))));
  await log.close();
  const published = join(path, 'log');
  rmSync(join(published, 'tile', '0', '000'));
  truncateSync(join(published, 'tile', 'entries', '001'), 0);
  rmSync(join(published, 'tile', '1'), { recursive: true });
  expect((await verifyFolder(published, { keys: [log.verifierKey] })).ok).toBe(false);
  const next = await open(path);
  await next.publish();
  expect(await verifyFolder(published, { keys: [log.verifierKey] })).toMatchObject({ ok: true });
  // The same length, other bytes: only hashing all of it finds that, and only a rebuild mends it.
  writeFileSync(join(published, 'tile', '0', '000'), Buffer.alloc(8192));
  await next.publish();
  expect((await verifyFolder(published, { keys: [log.verifierKey] })).ok).toBe(false);
  await next.publish(true);
  expect(await verifyFolder(published, { keys: [log.verifierKey] })).toMatchObject({ ok: true });
});

test('in interval durability the database is forced to the disk before anything of it is published', async () => {
  const path = dataFolder();
  const log = await open(path);
  const order: string[] = [];
  const database = openDatabaseForReading(path);
  onTestFinished(() => database.close());
  const key = createCheckpointKey(sampleLogIdentity().origin, SAMPLE_LOG_KEYS.signingKey.seed);
  const publisher = new Publisher({
    source: sqliteSource(database, async () => {
      await syncDatabase(path);
      order.push('sync');
    }),
    target: folderTarget(path),
    key,
    pass: (step) => order.push(step),
  });
  await publisher.publish();
  expect(order.slice(0, 2)).toEqual(['sync', 'publish/before-tiles']);
  await log.close();
});
