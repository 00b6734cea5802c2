/** Rows of the log itself, and whole folders put back: what a start says, and what verification names. */
import { cpSync, existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { isFault } from '../../kernel/index.ts';
import { committed, openDraft } from '../../testing/index.ts';
import { DATABASE_FILE, verifyFolder } from '../index.ts';
import { key, earlier, noted, open, copy, sql, startFault, verified } from './fixtures.ts';

/** Rows of the log itself: the edit · what a start says · what verification names. */
const ROWS: readonly (readonly [string, string, string, string])[] = [
  [
    'an entry before the last published bundle edited',
    `UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'allow', 'deny') AS BLOB) WHERE idx = (SELECT min(idx) FROM bodies)`,
    'starts',
    'leaf-mismatch writ.db/tile/0/000',
  ],
  [
    'a leaf edited',
    'UPDATE entries SET leaf = zeroblob(32) WHERE idx = (SELECT min(idx) FROM bodies)',
    'starts',
    'leaf-mismatch writ.db/tile/0/000',
  ],
  [
    'an entry put before the first',
    'INSERT INTO entries SELECT -1, leaf, bytes FROM entries WHERE idx = 3',
    'log.corrupt',
    'entries-uncovered writ.db',
  ],
  [
    'an entry put behind the last',
    'INSERT INTO entries SELECT max(idx) + 1, leaf, bytes FROM entries',
    'log.unsigned-suffix',
    'entries-uncovered writ.db',
  ],
  [
    'a stored root edited',
    'UPDATE nodes SET hash = zeroblob(32)',
    'log.corrupt',
    'tile-mismatch writ.db/tile/1/000.p/1',
  ],
  ['a stored root removed', 'DELETE FROM nodes', 'log.corrupt', 'tile-missing writ.db/tile/1/000.p/1'],
  ['the head removed', 'DELETE FROM head', 'log.unsigned-suffix', 'state-edited writ.db/head'],
  [
    'a body removed',
    'DELETE FROM bodies WHERE idx = (SELECT min(idx) FROM bodies)',
    'starts',
    'body-missing writ.db/bodies',
  ],
  [
    'a body emptied',
    'UPDATE bodies SET wrapped = NULL WHERE idx = (SELECT min(idx) FROM bodies)',
    'starts',
    'body-missing writ.db/bodies',
  ],
  [
    'two bodies exchanged',
    `CREATE TEMP TABLE two AS SELECT * FROM bodies ORDER BY idx LIMIT 2; UPDATE bodies SET (wrapped, ciphertext) = (SELECT wrapped, ciphertext FROM two WHERE two.idx <> bodies.idx) WHERE idx IN (SELECT idx FROM two)`,
    'starts',
    'body-altered writ.db/bodies',
  ],
  [
    'a body given to another key',
    `UPDATE bodies SET key_id = 'other' WHERE idx = (SELECT min(idx) FROM bodies)`,
    'starts',
    'body-altered writ.db/bodies',
  ],
  [
    'the wrapped key of a body edited',
    'UPDATE bodies SET wrapped = zeroblob(60) WHERE idx = (SELECT min(idx) FROM bodies)',
    'starts',
    'body-altered writ.db/bodies',
  ],
  [
    'a body of no entry',
    'INSERT INTO bodies SELECT 9999, key_id, wrapped, ciphertext FROM bodies LIMIT 1',
    'starts',
    'body-altered writ.db/bodies',
  ],
  [
    'a body no longer found under whom it concerns',
    'DELETE FROM concerns WHERE idx = (SELECT min(idx) FROM bodies)',
    'starts',
    'body-altered writ.db/concerns',
  ],
  [
    'a body found under whom it does not concern',
    'INSERT INTO concerns SELECT zeroblob(32), min(idx) FROM bodies',
    'starts',
    'body-altered writ.db/concerns',
  ],
];

test.each(ROWS)('%s', async (_what, edit, start, problem) => {
  const path = copy();
  sql(path, edit);
  expect(await verified(path, true)).toContain(problem);
  expect(await startFault(path)).toBe(start);
});

test('a database put back to a genuine earlier state beside newer published files does not start', async () => {
  const path = copy();
  for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`]) {
    rmSync(join(path, file), { force: true });
    if (existsSync(join(earlier, file))) cpSync(join(earlier, file), join(path, file));
  }
  expect(await startFault(path)).toBe('log.corrupt');
  expect(await verified(path, true)).toContain('tail-cut writ.db/noted checkpoint 0');
});

test('a removed database beside published files does not start a second history', async () => {
  const path = copy();
  for (const file of [DATABASE_FILE, `${DATABASE_FILE}-wal`, `${DATABASE_FILE}-shm`])
    rmSync(join(path, file), { force: true });
  expect(await startFault(path)).toBe('log.corrupt');
});

test('a whole folder put back to a genuine earlier state is seen by a checkpoint noted elsewhere, and by nothing else', async () => {
  const path = copy(earlier);
  expect(await verified(path, true)).toEqual([]);
  const report = await verifyFolder(path, { keys: [key], noted: [noted] });
  expect(report.problems.map(({ code }) => code)).toContain('tail-cut');
});

test('rows edited under a running log end it at the next append, before anything is permitted', async () => {
  const path = copy();
  const log = await open(path);
  onTestFinished(() => log.close().catch(() => {}));
  sql(path, 'DELETE FROM kills');
  expect(() => log.state.kills()).toThrow(
    expect.toSatisfy((fault) => isFault(fault, 'log.corrupt') && fault.data['table'] === 'kills'),
  );
  await expect(log.writer.append(openDraft('d'))).rejects.toMatchObject({ code: 'log.corrupt' });
});

test('rows edited between the appends of two processes end both', async () => {
  const path = copy();
  const [one, two] = [await open(path), await open(path)];
  for (const log of [one, two]) onTestFinished(() => log.close().catch(() => {}));
  await committed(one, openDraft('a'));
  await committed(two, openDraft('b'));
  sql(path, `DELETE FROM sessions`);
  await expect(one.writer.append(openDraft('c'))).rejects.toMatchObject({ code: 'log.corrupt' });
  await expect(two.writer.append(openDraft('d'))).rejects.toMatchObject({ code: 'log.corrupt' });
});
