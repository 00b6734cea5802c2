/** Pruning: what is no longer served, what still is, and what can be proven all the same. */
import { cpSync, existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { committed, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { openLog, type OpenLog, pruneFolder, verifyFolder } from '../index.ts';

const POLICY = 'entries of more than a year are given out on request';

async function open(path: string): Promise<OpenLog> {
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

const append = async (log: OpenLog, count: number): Promise<void> => {
  await Promise.all(Array.from({ length: count }, (_, at) => committed(log, openDraft(`d${at}`))));
  await log.publish();
};

/** A published log of more than two bundles; an older checkpoint of it, of more than one. */
async function publishedLog(): Promise<{ path: string; log: OpenLog; older: Uint8Array; files: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-prune-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, '.writ');
  const log = await open(path);
  await append(log, 300);
  const older = log.checkpoint();
  await append(log, 400);
  return { path, log, older, files: join(path, 'log') };
}

test('full tiles and bundles that end at the minimum index or below are not served, and all others are', async () => {
  const { path, files } = await publishedLog();
  const pruned = await pruneFolder(path, { minimumIndex: 511, policy: POLICY });
  expect(pruned.moved).toBe(2);
  const isThere = (...file: string[]): boolean => existsSync(join(files, 'tile', ...file));
  expect([isThere('entries', '000'), isThere('0', '000')]).toEqual([false, false]);
  expect([isThere('entries', '001'), isThere('0', '001'), isThere('1', '000.p')]).toEqual([true, true, true]);
  expect(readFileSync(join(files, 'minimum-index'), 'utf8')).toBe(`511\n${POLICY}\n`);
  await pruneFolder(path, { minimumIndex: 512, policy: POLICY });
  expect([isThere('entries', '001'), isThere('0', '001')]).toEqual([false, false]);
});

test('what is served verifies from a checkpoint that reaches the minimum index, and from none says what is missing', async () => {
  const { path, log, older, files } = await publishedLog();
  await pruneFolder(path, { minimumIndex: 300, policy: POLICY });
  const keys = [log.verifierKey];
  expect(await verifyFolder(files, { keys, from: older })).toMatchObject({ ok: true, problems: [] });
  const whole = await verifyFolder(files, { keys });
  expect(whole).toMatchObject({ ok: false });
  expect(whole.problems.map(({ place }) => place)).toContain('tile/entries/000');
});

test('a data folder verifies whole: its rows from the first entry, its files from where they are served', async () => {
  const { path, log, files } = await publishedLog();
  await pruneFolder(path, { minimumIndex: 512, policy: POLICY });
  const keys = [log.verifierKey];
  expect(await verifyFolder(path, { keys })).toMatchObject({ ok: true, problems: [] });
  const tile = join(files, 'tile', 'entries', '002.p');
  renameSync(tile, `${tile}-gone`);
  expect(await verifyFolder(path, { keys })).toMatchObject({ ok: false });
});

test('a data folder whose rows are on a server verifies whole too, with what was moved out, which is compared', async () => {
  const { path, log } = await publishedLog();
  await pruneFolder(path, { minimumIndex: 512, policy: POLICY });
  const keys = [log.verifierKey];
  const beside = join(path, '../beside');
  for (const name of ['log', 'pruned']) cpSync(join(path, name), join(beside, name), { recursive: true });
  expect(await verifyFolder(beside, { keys })).toMatchObject({ ok: true, problems: [] });
  const moved = join(beside, 'pruned/tile/entries/001');
  const bytes = readFileSync(moved);
  writeFileSync(moved, bytes.fill(0x20, bytes.length - 40, bytes.length - 30));
  expect(await verifyFolder(beside, { keys })).toMatchObject({ ok: false });
  rmSync(moved);
  const missing = await verifyFolder(beside, { keys });
  expect(missing.problems.map(({ place }) => place)).toContain('tile/entries/001');
});

test('publishing goes on and brings nothing back, not even when it writes every file again', async () => {
  const { path, log, files } = await publishedLog();
  await pruneFolder(path, { minimumIndex: 512, policy: POLICY });
  await log.close();
  const next = await open(path);
  await append(next, 200);
  await next.publish(true);
  expect(existsSync(join(files, 'tile', 'entries', '000'))).toBe(false);
  expect(existsSync(join(files, 'tile', 'entries', '002'))).toBe(true);
  expect(await verifyFolder(path, { keys: [log.verifierKey] })).toMatchObject({ ok: true, problems: [] });
});

test('a lower minimum index serves again what was pruned, and 0 everything', async () => {
  const { path, log, files } = await publishedLog();
  await pruneFolder(path, { minimumIndex: 512, policy: POLICY });
  await pruneFolder(path, { minimumIndex: 256, policy: POLICY });
  expect(existsSync(join(files, 'tile', 'entries', '000'))).toBe(false);
  expect(existsSync(join(files, 'tile', 'entries', '001'))).toBe(true);
  await pruneFolder(path, { minimumIndex: 0, policy: POLICY });
  expect(await verifyFolder(files, { keys: [log.verifierKey] })).toMatchObject({ ok: true, problems: [] });
});

test('pruning that broke off after it was said is finished the next time', async () => {
  const { path, files } = await publishedLog();
  writeFileSync(join(files, 'minimum-index'), `512\n${POLICY}\n`);
  expect((await pruneFolder(path, { minimumIndex: 512, policy: POLICY })).moved).toBe(4);
});

test.each<readonly [string, number, string]>([
  ['without a retention policy', 256, ' '],
  ['under a policy of several lines', 256, 'a\nb'],
  ['past what is published', 1_000, POLICY],
  ['below the first entry', -1, POLICY],
  ['at half an entry', 0.5, POLICY],
])('a log is not pruned %s', async (_why, minimumIndex, policy) => {
  const { path, files } = await publishedLog();
  await expect(pruneFolder(path, { minimumIndex, policy })).rejects.toMatchObject({ code: 'config.invalid' });
  expect(existsSync(join(files, 'minimum-index'))).toBe(false);
});

test('a log of which nothing is published is not pruned, and a minimum index that is none stops the publisher', async () => {
  const { path, log, files } = await publishedLog();
  await expect(
    pruneFolder(join(path, 'elsewhere'), { minimumIndex: 0, policy: POLICY }),
  ).rejects.toMatchObject({
    code: 'log.missing',
  });
  writeFileSync(join(files, 'minimum-index'), 'all\n');
  await committed(log, openDraft('next'));
  await expect(log.publish()).rejects.toMatchObject({ code: 'log.corrupt' });
});

test('a minimum index past the log stops the publisher, which would leave out what comes next', async () => {
  const { path, log, files } = await publishedLog();
  writeFileSync(join(files, 'minimum-index'), `1000000\n${POLICY}\n`);
  await committed(log, openDraft('next'));
  await expect(log.publish()).rejects.toMatchObject({ code: 'log.corrupt' });
  await pruneFolder(path, { minimumIndex: 0, policy: POLICY });
  await log.publish();
  expect(await verifyFolder(files, { keys: [log.verifierKey] })).toMatchObject({ ok: true, uncovered: 0 });
});

test.each([
  ['left where it is served', 512, 'log', 'tile/entries/000'],
  ['moved out', 512, 'pruned', 'tile/0/000'],
  ['missing under a minimum index past the log', 1_000_000, 'log', undefined],
])('a minimum index hides no altered file that is %s', async (_where, minimumIndex, folder, file) => {
  const { path, log, files } = await publishedLog();
  if (folder === 'pruned') await pruneFolder(path, { minimumIndex, policy: POLICY });
  else writeFileSync(join(files, 'minimum-index'), `${minimumIndex}\n${POLICY}\n`);
  const keys = [log.verifierKey];
  if (file === undefined) rmSync(join(files, 'tile/entries/001'));
  else {
    expect(await verifyFolder(path, { keys })).toMatchObject({ ok: true });
    const bytes = readFileSync(join(path, folder, file));
    writeFileSync(join(path, folder, file), bytes.with(100, (bytes[100] ?? 0) ^ 1));
  }
  expect(await verifyFolder(path, { keys })).toMatchObject({ ok: false });
});

test('what was moved out and is kept elsewhere is missed by nobody: the rows have it', async () => {
  const { path, log } = await publishedLog();
  await pruneFolder(path, { minimumIndex: 512, policy: POLICY });
  rmSync(join(path, 'pruned'), { recursive: true });
  expect(await verifyFolder(path, { keys: [log.verifierKey] })).toMatchObject({ ok: true, problems: [] });
});

test('a minimum index past all files counts as no entry', async () => {
  const { log, files } = await publishedLog();
  writeFileSync(join(files, 'minimum-index'), `900000000000000\n${POLICY}\n`);
  expect(await verifyFolder(files, { keys: [log.verifierKey] })).toMatchObject({ ok: true, uncovered: 0 });
});
