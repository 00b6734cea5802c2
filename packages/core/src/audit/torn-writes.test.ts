/** Pages that reached the disk in part: what a power loss leaves of a batch, and what a failing disk leaves of a page. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../testing/index.ts';
import { DATABASE_FILE, openLog, type OpenLog, verifyFolder } from './index.ts';

/** What a disk writes whole, in bytes. */
const SECTOR = 512;
const PAGE = 4_096;

const open = (path: string): Promise<OpenLog> =>
  openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-torn-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

/** A data folder with this database, and this write-ahead log, where there is one; nothing else survived. */
function folderOf(database: Buffer, wal?: Buffer): string {
  const path = dataFolder();
  mkdirSync(path, { mode: 0o700 });
  writeFileSync(join(path, DATABASE_FILE), database, { mode: 0o600 });
  if (wal !== undefined) writeFileSync(join(path, `${DATABASE_FILE}-wal`), wal, { mode: 0o600 });
  return path;
}

/** Empties the write-ahead log into the database. */
function moveIntoDatabase(path: string): void {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
  database.close();
}

const entriesOf = ({ reader }: OpenLog): string[] =>
  Array.from({ length: reader.size() }, (_, index) => Buffer.from(reader.entry(index).bytes).toString());

test('a batch that reached the disk in part was never written, and everything acknowledged before it stands', async () => {
  const path = dataFolder();
  const log = await open(path);
  onTestFinished(() => log.close());
  for (let at = 0; at < 3; at += 1) await committed(log, openDraft(`d${at}`));
  const acknowledged = entriesOf(log);
  const wal = join(path, `${DATABASE_FILE}-wal`);
  const before = { size: acknowledged.length, bytes: readFileSync(wal).length };
  await committed(log, openDraft('torn'));
  const [database, whole] = [readFileSync(join(path, DATABASE_FILE)), readFileSync(wal)];
  expect(whole.length).toBeGreaterThan(before.bytes + 2 * PAGE);

  const step = SECTOR * Math.ceil((whole.length - before.bytes) / SECTOR / 12);
  for (let cut = before.bytes; cut < whole.length; cut += step) {
    // What a file system leaves: the file ends there, or it has its length and zeros, or what stood there before.
    for (const rest of ['ends', 'is zero', 'is old'] as const) {
      const torn = Buffer.from(whole.subarray(0, rest === 'ends' ? cut : whole.length));
      if (rest !== 'ends') torn.fill(rest === 'is zero' ? 0 : whole.subarray(0, PAGE), cut);
      const again = folderOf(database, torn);
      const reopened = await open(again);
      const entries = entriesOf(reopened);
      expect(entries.slice(0, before.size), `cut at ${cut}, the rest ${rest}`).toEqual(acknowledged);
      expect(JSON.parse(entries[before.size] ?? '')).toMatchObject({ kind: 'start' });
      await committed(reopened, openDraft('torn'));
      await reopened.close();
      const { ok, problems } = await verifyFolder(again, { keys: [reopened.verifierKey] });
      expect({ ok, problems }).toEqual({ ok: true, problems: [] });
    }
  }
});

test('a page of the database that is torn later is found by the start or by the verification, whichever page it is', async () => {
  const path = dataFolder();
  const log = await open(path);
  for (let at = 0; at < 40; at += 1) await committed(log, openDraft(`d${at}`, { consumes: [`key-${at}`] }));
  const { verifierKey } = log;
  const entries = entriesOf(log);
  await log.close();
  moveIntoDatabase(path);
  const database = readFileSync(join(path, DATABASE_FILE));
  const isSeen = (bytes: Buffer): Promise<boolean> => {
    const again = folderOf(bytes);
    cpSync(join(path, 'log'), join(again, 'log'), { recursive: true });
    return isRefusedOrReported(again, verifierKey, entries);
  };
  expect(await isSeen(database), 'the whole database').toBe(false);
  let found = 0;
  for (let page = 0; page < database.length; page += PAGE) {
    const torn = Buffer.from(database);
    torn.fill(0, page + PAGE / 2, page + PAGE);
    if (torn.equals(database)) continue;
    expect(await isSeen(torn), `page ${page / PAGE}`).toBe(true);
    found += 1;
  }
  expect(found).toBeGreaterThan(10);
});

/** Whether the log says what is wrong with it. One that says nothing has every entry in its bytes. */
async function isRefusedOrReported(
  path: string,
  key: OpenLog['verifierKey'],
  entries: readonly string[],
): Promise<boolean> {
  try {
    const log = await open(path);
    try {
      const { ok } = await verifyFolder(path, { keys: [key] });
      if (!ok) return true;
      expect(entriesOf(log).slice(0, entries.length)).toEqual(entries);
      return false;
    } finally {
      await log.close();
    }
  } catch (fault) {
    // What SQLite cannot read at all is out of reach; everything else is named as altered.
    if (isFault(fault, 'log.unavailable')) return fault.message.includes('malformed');
    if (isFault(fault)) return fault.code.startsWith('log.');
    throw fault;
  }
}
