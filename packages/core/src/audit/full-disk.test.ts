/** A disk without space, really: a small file system of its own. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { committed, openDraft, outcomeDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../testing/index.ts';
import { openLog, verifyFolder } from './index.ts';

const MOUNT = 'mount';
const UNMOUNT = 'umount';

/** A file system of 24 MiB, or the reason why there is none. */
function smallDisk(): string | Error {
  const folder = mkdtempSync(join(tmpdir(), 'writ-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
  } catch (cause) {
    return new Error('no file system can be mounted here', { cause });
  }
  onTestFinished(() => void execFileSync(UNMOUNT, ['-l', folder]));
  return folder;
}

function fillDisk(folder: string): string {
  const filler = join(folder, 'filler');
  const file = openSync(filler, 'w');
  try {
    for (const size of [1024 * 1024, 4096]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size, 1));
      } catch (cause) {
        expect(cause).toMatchObject({ code: 'ENOSPC' });
      }
    }
  } finally {
    closeSync(file);
  }
  return filler;
}

test('a really full disk permits nothing, takes the outcomes of what was permitted, and goes on once there is space', async (context) => {
  const disk = smallDisk();
  if (disk instanceof Error) return context.skip(`${disk.message}: the full disk was not tested`);
  const path = join(disk, '.writ');
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
  onTestFinished(() => log.close().catch(() => {}));
  const acknowledged = [await committed(log, openDraft('first'))];
  const filler = fillDisk(disk);
  const words = 'x'.repeat(64 * 1024);
  let fault: unknown;
  while (fault === undefined) {
    const draft = openDraft(`d${acknowledged.length}`, { committed: { words } });
    try {
      acknowledged.push(await committed(log, draft));
    } catch (thrown) {
      fault = thrown;
    }
  }
  expect(fault).toMatchObject({
    code: 'log.unavailable',
    message: expect.stringContaining('full') as string,
  });
  for (const { index } of acknowledged)
    await committed(log, { ...outcomeDraft(index), committed: { result: 'y'.repeat(1024) } });
  await expect(log.writer.append(openDraft('more'))).rejects.toMatchObject({ code: 'log.unavailable' });
  rmSync(filler);
  acknowledged.push(await committed(log, openDraft('again')));
  await log.publish();
  expect(await verifyFolder(path, { keys: [log.verifierKey] })).toMatchObject({ ok: true, problems: [] });
  for (const { index } of acknowledged) expect(log.reader.entry(index).entry.kind).toBe('decision');
  await log.close();
});
