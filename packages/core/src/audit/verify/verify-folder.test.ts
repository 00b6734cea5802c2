/** Verification of a data folder and of what it published, against every kind of tampering. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { addSignatures, cosign, parseNote, type VerifierKey } from '../../proof/index.ts';
import {
  committed,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleEntries,
  sampleLog,
  sampleLogIdentity,
  sampleSigner,
} from '../../testing/index.ts';
import { openLog } from '../index.ts';
import { verifyFolder } from './index.ts';

/** Enough for a full bundle and a partial one. */
const DECISIONS = 150;
let original: string;
let key: VerifierKey;
let early: Uint8Array;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-verify-'));
  original = join(folder, '.writ');
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: original });
  key = log.verifierKey;
  for (let at = 0; at < DECISIONS; at += 1) {
    const { index } = await committed(log, openDraft(`d${at}`));
    await committed(log, outcomeDraft(index));
    if (at === 100) early = log.checkpoint();
  }
  await log.publish();
  await log.close();
  return () => rmSync(folder, { recursive: true, force: true });
});

function copy(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-verify-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(original, join(folder, '.writ'), { recursive: true });
  return join(folder, '.writ');
}

function sql(path: string, text: string): void {
  const database = new DatabaseSync(join(path, 'writ.db'));
  database.exec(text);
  database.close();
}

test('an untouched log verifies from the database, from its published files, and against an earlier checkpoint', async () => {
  const size = 2 * DECISIONS + 2;
  const options = { keys: [key], noted: [early], minimumSize: size };
  for (const folder of [original, join(original, 'log')]) {
    const report = await verifyFolder(folder, options);
    expect(report).toMatchObject({ ok: true, size, uncovered: 0, problems: [] });
  }
});

test('witnesses of what is published vouch for a data folder, and where too few did it does not verify', async () => {
  const path = copy();
  const witness = sampleSigner('witness.example/w', 21, 'cosignature/v1');
  const checkpoint = join(path, 'log/checkpoint');
  const note = readFileSync(checkpoint);
  writeFileSync(checkpoint, addSignatures(note, [cosign(parseNote(note).text, witness, 1_700_000_000)]));
  const verify = (minimumWitnesses: number) =>
    verifyFolder(path, { keys: [key], witnesses: [witness.key], minimumWitnesses });
  const size = 2 * DECISIONS + 2;
  expect(await verify(1)).toMatchObject({
    ok: true,
    witnessed: { entries: size, witnesses: [witness.key.name] },
  });
  expect((await verify(2)).problems.map(({ code }) => code)).toEqual(['witnesses-missing']);
  rmSync(join(path, 'log'), { recursive: true });
  expect((await verify(1)).problems.map(({ code }) => code)).toEqual(['witnesses-missing']);
});

test('rows extend the checkpoint to start from, also where nothing is published', async () => {
  const path = copy();
  rmSync(join(path, 'log'), { recursive: true });
  expect(await verifyFolder(path, { keys: [key], from: early })).toMatchObject({ ok: true, problems: [] });
  const rewritten = join(copy(), 'rewritten');
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path: rewritten });
  for (let at = 0; at < 2 * DECISIONS; at += 1) await committed(log, openDraft(`other${at}`));
  await log.close();
  rmSync(join(rewritten, 'log'), { recursive: true, force: true });
  expect(await verifyFolder(rewritten, { keys: [key] })).toMatchObject({ ok: true });
  const report = await verifyFolder(rewritten, { keys: [key], from: early });
  expect(report.problems.map(({ code }) => code)).toEqual(['history-rewritten']);
});

test('a published log that holds another log is not verified in its stead', async () => {
  const path = copy();
  const forged = readFileSync(join(path, 'log/checkpoint'), 'latin1').replace(/\n\d+\n/, '\n1\n');
  writeFileSync(join(path, 'checkpoint'), forged, 'latin1');
  await expect(verifyFolder(path, { keys: [key] })).rejects.toMatchObject({ code: 'config.invalid' });
  rmSync(join(path, 'writ.db'));
  await expect(verifyFolder(path, { keys: [key] })).rejects.toMatchObject({ code: 'config.invalid' });
});

test('links that make every file seem to be there keep nobody waiting', async () => {
  const path = join(copy(), 'log');
  const entries = join(path, 'tile/entries');
  for (let digits = 0; digits < 1_000; digits += 1) {
    const name = String(digits).padStart(3, '0');
    symlinkSync('.', join(entries, `x${name}`));
    if (digits > 0) symlinkSync('000', join(entries, name));
  }
  const report = await verifyFolder(path, { keys: [key] });
  expect(report.uncovered).toBeGreaterThan(2 ** 50);
});

test('without a key that the verifier brought nothing is verified', async () => {
  const stranger = sampleSigner('log.example/test', 3).key;
  for (const keys of [[], [stranger]]) {
    const report = await verifyFolder(original, { keys });
    expect(report.ok).toBe(false);
    expect(report.problems.map(({ code }) => code)).toContain('no-trusted-key');
  }
});

test.each<readonly [string, string, string]>([
  [
    'an edited entry',
    `UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'allow', 'deny') AS BLOB) WHERE idx = 271`,
    'leaf-mismatch',
  ],
  [
    'an edited entry with its leaf',
    `UPDATE entries SET bytes = CAST('{}' AS BLOB), leaf = zeroblob(32) WHERE idx = 271`,
    'root-mismatch',
  ],
  ['a removed entry', 'DELETE FROM entries WHERE idx = 20', 'entry-count'],
  ['a cut tail', 'DELETE FROM entries WHERE idx > 290', 'entry-count'],
  [
    'two entries in each other’s place',
    'UPDATE entries SET idx = -1 WHERE idx = 5; UPDATE entries SET idx = 5 WHERE idx = 6; UPDATE entries SET idx = 6 WHERE idx = -1',
    'root-mismatch',
  ],
  ['a forged root of full bundles', 'UPDATE nodes SET hash = zeroblob(32)', 'tile-mismatch'],
  [
    'a checkpoint without a valid signature',
    `UPDATE checkpoints SET note = replace(note, substr(note, -20, 8), 'AAAAAAAA')`,
    'no-trusted-key',
  ],
  ['no checkpoint', 'DELETE FROM checkpoints', 'checkpoint-missing'],
])('rows with %s do not verify', async (_what, text, code) => {
  const path = copy();
  sql(path, text);
  const report = await verifyFolder(path, { keys: [key] });
  expect(report.ok).toBe(false);
  expect(report.problems).toContainEqual(
    expect.objectContaining({ code, place: expect.stringContaining('writ.db') as string }),
  );
});

test('entries that no checkpoint covers are counted', async () => {
  const path = copy();
  sql(path, `INSERT INTO entries SELECT idx + 1, leaf, bytes FROM entries ORDER BY idx DESC LIMIT 1`);
  const report = await verifyFolder(path, { keys: [key] });
  expect(report.uncovered).toBe(1);
});

test('a database put back to an earlier state is caught by what was published', async () => {
  const path = copy();
  const note = Buffer.from(early).toString('hex');
  sql(
    path,
    `DELETE FROM entries WHERE idx >= 203; DELETE FROM checkpoints; INSERT INTO checkpoints VALUES (203, CAST(x'${note}' AS TEXT))`,
  );
  const report = await verifyFolder(path, { keys: [key] });
  expect(report.ok).toBe(false);
  expect(report.problems.map(({ code }) => code)).toContain('tail-cut');
});

test.each([
  ['an entry bundle', 'log/tile/entries/000'],
  ['a tile', 'log/tile/0/000'],
  ['the checkpoint', 'log/checkpoint'],
])('a flipped bit in %s does not verify', async (_what, file) => {
  const path = copy();
  const bytes = readFileSync(join(path, file));
  bytes[100] = (bytes[100] as number) ^ 1;
  writeFileSync(join(path, file), bytes);
  expect(await verifyFolder(path, { keys: [key] })).toMatchObject({ ok: false });
  expect(await verifyFolder(join(path, 'log'), { keys: [key] })).toMatchObject({ ok: false });
});

test('a folder without a log is a fault, not a verified log', async () => {
  await expect(verifyFolder(join(original, 'locks'), { keys: [key] })).rejects.toMatchObject({
    code: 'log.missing',
  });
});

test('a long log leaves the thread its other work: what is asked meanwhile ends it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-verify-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const long = sampleLog(sampleEntries(40 * 256));
  for (const [path, bytes] of long.files) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), bytes);
  }
  const options = { keys: long.trust.keys, rootOnly: true };
  expect(await verifyFolder(folder, options)).toMatchObject({ ok: true, size: 40 * 256 });
  const stop = new AbortController();
  const progress = (entries: number) => void (entries === 256 && setImmediate(() => stop.abort()));
  const ended = verifyFolder(folder, { ...options, progress, signal: stop.signal });
  await expect(ended).rejects.toMatchObject({ code: 'guard.aborted' });
});
