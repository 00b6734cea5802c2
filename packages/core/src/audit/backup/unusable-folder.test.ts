/** A backup into what is no folder ends at once and says why: nothing waits for the other end of a pipe, or tries again for ever. */
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { backupLog, openLog, restoreLog } from '../index.ts';

const KEY = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS };
const MAKE_PIPE = 'mkfifo';
const isRoot = process.getuid?.() === 0;

let root: string;
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'writ-backup-'));
  await append('first');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (name: string): string => join(root, name);
const backupTo = (target: string) => () => backupLog({ path: at('data'), target, now: 1_760_000_000_000 });
const pipe = (path: string): unknown => execFileSync(MAKE_PIPE, [path]);

async function append(name: string): Promise<void> {
  const log = await openLog({ ...KEY, path: at('data') });
  await committed(log, openDraft(name));
  await log.close();
}

test.skipIf(!existsSync('/proc/self')).each(['/proc/writ', '/proc/writ/a/b'])(
  'where the system makes no folder, at `%s`, it says so',
  (target) => {
    expect(backupTo(target)).toThrow(
      expect.objectContaining({
        code: 'io.failed',
        message: expect.stringContaining(`cannot make the backup folder \`${target}\``) as string,
        data: expect.objectContaining({ hint: expect.any(String) as string }) as object,
      }),
    );
  },
);

test.each([
  ['a pipe', ''],
  ['below a pipe', '/a'],
])('%s is no folder', (_what, below) => {
  pipe(at('pipe'));
  expect(backupTo(`${at('pipe')}${below}`)).toThrow(expect.objectContaining({ code: 'io.failed' }));
});

test.skipIf(isRoot)('a folder that this user may not write to is named, with what to do', () => {
  mkdirSync(at('closed'), { mode: 0o500 });
  expect(backupTo(at('closed/backup'))).toThrow(expect.objectContaining({ code: 'io.failed' }));
  expect(backupTo(at('closed'))).toThrow(expect.objectContaining({ code: 'backup.conflict' }));
  chmodSync(at('closed'), 0o700);
});

test('a pipe in place of the manifest is not waited for, by a backup or a restore', async () => {
  mkdirSync(at('backup'));
  pipe(at('backup/backup.json'));
  expect(backupTo(at('backup'))).toThrow(expect.objectContaining({ code: 'backup.malformed' }));
  const restored = restoreLog({ source: at('backup'), path: at('restored'), keys: [] });
  await expect(restored).rejects.toMatchObject({ code: 'backup.malformed' });
});

test('a pipe in place of entries that were backed up is not waited for', async () => {
  const step = backupTo(at('backup'))();
  await append('second');
  const file = at(`backup/entries-${step?.from}-${step?.to}.db`);
  rmSync(file);
  pipe(file);
  expect(backupTo(at('backup'))).toThrow(expect.objectContaining({ code: 'backup.malformed' }));
});

test('a pipe where the next manifest is drafted is not waited for', () => {
  mkdirSync(at('backup'));
  pipe(at('backup/backup.json.new'));
  expect(backupTo(at('backup'))).toThrow(expect.objectContaining({ code: 'io.failed' }));
});

test.skipIf(!existsSync('/proc/self'))('a data folder where the system makes none is named too', async () => {
  await expect(openLog({ ...KEY, path: '/proc/writ' })).rejects.toMatchObject({ code: 'log.unavailable' });
});
