/** A backup holds what the log held, a restore is verified before anybody may use it, and what was restored signs nothing by itself. */
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  committed,
  type FakeClock,
  fakeClock,
  killDraft,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '../../testing/index.ts';
import { parseCheckpoint, parseNote } from '../../proof/index.ts';
import { takeLock } from '../store/index.ts';
import { createCheckpointKey } from '../tree/index.ts';
import { backupLog, openLog, openLogForReading, type OpenLog, restoreLog, resumeLog } from '../index.ts';

let root: string;
let clock: FakeClock;
let key: OpenLog['verifierKey'];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'writ-backup-'));
  clock = fakeClock();
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string): string => join(root, name);
const open = (name = 'data'): Promise<OpenLog> =>
  openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, clock, path: at(name) });
const backup = (name = 'data') => backupLog({ path: at(name), target: at('backup'), now: clock.now() });
const verifying = () => ({
  keys: [key],
  dataKeys: { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] },
});
const restore = (name = 'restored', until?: number) =>
  restoreLog({
    source: at('backup'),
    path: at(name),
    ...verifying(),
    ...(until === undefined ? {} : { until }),
  });

let drafts = 0;
/** An entry with a sealed body. */
const bodied = () => openDraft(`digest-${(drafts += 1)}`, { committed: { arguments: { a: drafts } } });

/** Appends `count` entries with bodies, and a kill switch; the size and the checkpoint afterwards. */
async function fill(
  count: number,
  name = 'data',
): Promise<{ readonly size: number; readonly note: Uint8Array }> {
  const log = await open(name);
  key = log.verifierKey;
  for (let index = 0; index < count; index += 1) await committed(log, bodied());
  await committed(log, killDraft('kill', `reason-${count}`));
  await log.close();
  const read = openLogForReading({ path: at(name), origin: log.writer.origin, bodyKeys: [] });
  const end = { size: read.reader.size(), note: read.checkpoint() };
  read.close();
  return end;
}

function readAll(name: string) {
  const { origin } = sampleLogIdentity();
  const read = openLogForReading({ path: at(name), origin, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] });
  try {
    const size = read.reader.size();
    const bytes = Array.from({ length: size }, (_, index) =>
      Buffer.from(read.reader.entry(index).bytes).toString(),
    );
    const bodies = Array.from({ length: size }, (_, index) => {
      const { entry } = read.reader.entry(index);
      return entry.body === undefined ? null : read.reader.body(index);
    });
    return { bytes, bodies, kills: read.state.kills() };
  } finally {
    read.close();
  }
}

function edit(file: string, sql: string): void {
  const database = new DatabaseSync(join(at('backup'), file));
  database.exec(sql);
  database.close();
}

describe('a backup', () => {
  test('takes what is new each time, and is restored whole: entries, bodies and state', async () => {
    const first = await fill(3);
    expect(backup()).toMatchObject({ from: 0, to: first.size });
    expect(backup()).toBeUndefined();
    const second = await fill(2);
    expect(backup()).toMatchObject({ from: first.size, to: second.size });
    const { report, step } = await restore();
    expect([report.ok, report.size, step.to]).toEqual([true, second.size, second.size]);
    expect(readAll('restored')).toEqual(readAll('data'));
  });

  test('goes back to an earlier step', async () => {
    const first = await fill(3);
    backup();
    const then = clock.now();
    clock.advance(1_000);
    await fill(2);
    backup();
    const { step } = await restore('restored', then);
    expect(step.to).toBe(first.size);
    expect(readAll('restored').kills).toEqual([expect.objectContaining({ reason: 'reason-3' })]);
    await expect(restore('other', then - 1)).rejects.toMatchObject({ code: 'backup.missing' });
  });

  test('is made while the log is written', async () => {
    await fill(1);
    const log = await open();
    await committed(log, bodied());
    const step = backup();
    await committed(log, bodied());
    await log.close();
    expect((await restore()).report.size).toBe(step?.to);
  });

  test('is not of another log, and not of one that was set back', async () => {
    await fill(1);
    cpSync(at('data'), at('old'), { recursive: true });
    await fill(1);
    backup();
    expect(() => backup('old')).toThrow(expect.objectContaining({ code: 'backup.conflict' }));
    await fill(1, 'old');
    await fill(1, 'old');
    expect(() => backup('old')).toThrow(/is another one than it was/);
  });

  test('that was broken off leaves the steps before it', async () => {
    const { size } = await fill(1);
    backup();
    await fill(1);
    writeFileSync(join(at('backup'), `entries-${size}-99.db.new`), 'half');
    expect((await restore()).step.to).toBe(size);
    expect(backup()).toMatchObject({ from: size });
  });
});

describe('a backup folder', () => {
  test('does not lie in the data folder, whose `log/` is served, by a link either', async () => {
    await fill(1);
    symlinkSync(at('data'), at('link'));
    for (const target of ['data', 'data/log', 'data/new/backup', 'link/log', 'backup/../data/x'])
      expect(() => backupLog({ path: at('data'), target: `${root}/${target}`, now: clock.now() })).toThrow(
        expect.objectContaining({ code: 'config.invalid' }),
      );
    expect(existsSync(at('data/new'))).toBe(false);
    expect(backupLog({ path: at('data'), target: at('data-backup'), now: clock.now() })).toBeDefined();
  });

  test('takes one backup at a time', async () => {
    await fill(1);
    const other = takeLock(at('backup'), 'backup');
    expect(() => backup()).toThrow(expect.objectContaining({ code: 'backup.conflict' }));
    other.release();
    expect(backup()).toMatchObject({ from: 0 });
  });

  test('of which a renewal is under way is not restored from: what it takes out would stay in it', async () => {
    const { size } = await fill(1);
    backup();
    const renewed = join(at('backup'), `entries-0-${size}.db.renewed-99`);
    cpSync(join(at('backup'), `entries-0-${size}.db`), renewed);
    writeFileSync(join(at('backup'), 'renewal-99'), '');
    const lock = takeLock(at('backup'), 'backup');
    await expect(restore()).rejects.toMatchObject({ code: 'backup.conflict' });
    expect(existsSync(renewed)).toBe(true);
    lock.release();
    // Nobody is at it any more: the step that would have brought it never came to count.
    await restore();
    expect(existsSync(renewed)).toBe(false);
  });

  test('that lost its manifest takes no other backup: its steps would go', async () => {
    await fill(1);
    backup();
    rmSync(join(at('backup'), 'backup.json'));
    const names = readdirSync(at('backup'));
    expect(() => backup()).toThrow(/holds steps of a backup/);
    expect(readdirSync(at('backup'))).toEqual(names);
  });

  test('that others may enter holds nothing that they can read', async () => {
    await fill(1);
    mkdirSync(at('backup'), { mode: 0o755 });
    backup();
    const files = readdirSync(at('backup')).filter((name) => name !== 'locks');
    const open = files.filter((name) => (statSync(join(at('backup'), name)).mode & 0o077) !== 0);
    expect([files.length, open]).toEqual([3, []]);
  });

  test('gets no manifest that could not be read again', async () => {
    const { size } = await fill(1);
    backup();
    await fill(1);
    const database = new DatabaseSync(join(at('data'), 'writ.db'));
    database.exec("UPDATE checkpoints SET note = note || replace(hex(zeroblob(40000)), '0', 'x')");
    database.close();
    expect(() => backup()).toThrow(/as many steps as it can hold/);
    expect((await restore()).step.to).toBe(size);
  });

  test.runIf(existsSync('/dev/full'))('on a full disk keeps the steps that it has', async () => {
    const { size } = await fill(1);
    backup();
    await fill(1);
    symlinkSync('/dev/full', join(at('backup'), 'backup.json.new'));
    expect(() => backup()).toThrow(expect.objectContaining({ code: 'io.failed' }));
    expect((await restore()).step.to).toBe(size);
  });

  test('may hold tables that no log has, and they are not read', async () => {
    const { size } = await fill(1);
    backup();
    edit(`state-${size}.db`, 'CREATE TABLE "kills SELECT * FROM kills" (x)');
    expect((await restore()).report.ok).toBe(true);
  });
});

describe('a restore leaves nothing where the backup', () => {
  test.each([
    [
      'has another entry',
      (end: number) =>
        edit(
          `entries-0-${end}.db`,
          "UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'a', 'b') AS BLOB) WHERE idx = 1",
        ),
    ],
    ['lacks an entry', (end: number) => edit(`entries-0-${end}.db`, 'DELETE FROM entries WHERE idx = 1')],
    [
      'has another body',
      (end: number) =>
        edit(`entries-0-${end}.db`, 'UPDATE bodies SET ciphertext = zeroblob(32) WHERE idx = 1'),
    ],
    ['lacks a kill switch', (end: number) => edit(`state-${end}.db`, 'DELETE FROM kills')],
    ['has another head', (end: number) => edit(`state-${end}.db`, 'UPDATE head SET size = size - 1')],
    ['lacks a file', (end: number) => rmSync(join(at('backup'), `entries-0-${end}.db`))],
    [
      'has a file that is none',
      (end: number) => writeFileSync(join(at('backup'), `state-${end}.db`), 'x'.repeat(4096)),
    ],
    ['has no manifest', () => rmSync(join(at('backup'), 'backup.json'))],
    ['has a manifest that is none', () => writeFileSync(join(at('backup'), 'backup.json'), '{}')],
  ])('%s', async (_what, damage) => {
    const { size } = await fill(2);
    backup();
    damage(size);
    await expect(restore()).rejects.toMatchObject({ code: expect.stringMatching(/^(?:backup|log)\./) });
    expect(existsSync(join(at('restored'), 'writ.db'))).toBe(false);
  });

  test('is of another log than the key brought', async () => {
    await fill(1);
    backup();
    const other = createCheckpointKey('other.example', new Uint8Array(32).fill(7)).verifierKey;
    key = other;
    await expect(restore()).rejects.toMatchObject({ code: 'log.corrupt' });
  });

  test('would be put beside what SQLite would read into it', async () => {
    await fill(1);
    backup();
    mkdirSync(at('restored'));
    writeFileSync(join(at('restored'), 'writ.db-wal'), 'left');
    await expect(restore()).rejects.toMatchObject({ code: 'log.conflict' });
  });

  test('would be put over a log', async () => {
    await fill(1);
    backup();
    await expect(restore('data')).rejects.toMatchObject({ code: 'log.conflict' });
  });
});

describe('a restored log', () => {
  test('signs nothing until somebody shows that it signed nothing more', async () => {
    const { note } = await fill(2);
    backup();
    await restore();
    await expect(open('restored')).rejects.toMatchObject({ code: 'log.restored' });
    await resumeLog(at('restored'), note, verifying());
    const log = await open('restored');
    await committed(log, bodied());
    await log.close();
  });

  test('that signed more is never signed again', async () => {
    await fill(2);
    backup();
    const later = await fill(1);
    await restore();
    await expect(resumeLog(at('restored'), later.note, verifying())).rejects.toThrow(
      /only \d+ of them were restored/,
    );
    await expect(open('restored')).rejects.toMatchObject({ code: 'log.restored' });
  });

  test('is not resumed by an older checkpoint, nor by one that nobody signed', async () => {
    const { note } = await fill(1);
    await fill(1);
    backup();
    await restore();
    await expect(resumeLog(at('restored'), note, verifying())).rejects.toThrow(/bring the newest one/);
    const forged = new TextEncoder().encode(
      new TextDecoder().decode(note).replace(/— .*\n/, `— x AAAAAAAA\n`),
    );
    await expect(resumeLog(at('restored'), forged, verifying())).rejects.toThrow(/note|verify|sign/);
    await expect(open('restored')).rejects.toMatchObject({ code: 'log.restored' });
  });

  test('is not resumed by a checkpoint of another log or of another history, though a known key signed it', async () => {
    const { size, note: own } = await fill(2);
    backup();
    await restore();
    const { root: ownRoot } = parseCheckpoint(parseNote(own).text);
    const seed = SAMPLE_LOG_KEYS.signingKey.seed;
    const others = [
      ['other.example/log', ownRoot],
      [sampleLogIdentity().origin, new Uint8Array(32).fill(1)],
    ] as const;
    for (const [origin, otherRoot] of others) {
      const other = createCheckpointKey(origin, seed);
      const note = other.sign(size, otherRoot);
      const bytes = new TextEncoder().encode(note);
      const keys = [key, other.verifierKey];
      await expect(resumeLog(at('restored'), bytes, { ...verifying(), keys })).rejects.toMatchObject({
        code: expect.stringMatching(/^(?:log|note)\./),
      });
    }
    await expect(open('restored')).rejects.toMatchObject({ code: 'log.restored' });
  });

  test('is resumed by a checkpoint that another key signed beside, as while keys change or witnesses cosign', async () => {
    const next = new Uint8Array(32).fill(9);
    const { seed } = SAMPLE_LOG_KEYS.signingKey;
    const log = await openLog({
      ...sampleLogIdentity(),
      ...SAMPLE_LOG_KEYS,
      clock,
      path: at('data'),
      signingKey: { seed, overlapping: [next] },
    });
    key = log.verifierKey;
    await committed(log, bodied());
    await log.close();
    const read = openLogForReading({ path: at('data'), origin: log.writer.origin, bodyKeys: [] });
    const note = read.checkpoint();
    read.close();
    backup();
    await restore();
    await resumeLog(at('restored'), note, verifying());
    await (await open('restored')).close();
  });
});
