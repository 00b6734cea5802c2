/** The state beside the log: each edit of a row keeps it from starting, and is named by verification. */
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  committed,
  killDraft,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleHash,
  sampleLogIdentity,
} from '../../testing/index.ts';
import { DATABASE_FILE, openLog } from '../index.ts';
import { original, earlier, copy, sql, startFault, verified } from './fixtures.ts';

test('the untouched folder starts and verifies, with the keys of the folder and without', async () => {
  const path = copy();
  expect([await verified(path, false), await verified(path, true)]).toEqual([[], []]);
  expect(await startFault(path)).toBe('starts');
});

/** What it would loosen · the edit · the table · what verification says without the folder's keys, if anything. */
const STATE: readonly (readonly [string, string, string, boolean])[] = [
  ['a kill switch taken out', 'DELETE FROM kills', 'kills', false],
  ['a kill switch moved to another agent', `UPDATE kills SET id = 'nobody'`, 'kills', false],
  [
    'a kill switch added to stop somebody',
    `INSERT INTO kills SELECT scope, 'other', reason, seal FROM kills`,
    'kills',
    true,
  ],
  ['a reason for a kill exchanged', `UPDATE kills SET reason = zeroblob(60)`, 'kills', false],
  ['the kill epoch set back', 'UPDATE head SET kill_epoch = 0', 'head', true],
  ['a quarantined tool accepted', `UPDATE pins SET status = 'accepted'`, 'pins', true],
  ['a pin forgotten, so that a trusted server is seen for the first time', 'DELETE FROM pins', 'pins', false],
  [
    'a definition exchanged under its pin',
    `UPDATE pins SET definition = '{"name":"harmless"}'`,
    'pins',
    false,
  ],
  [
    'the last accepted definition exchanged',
    `UPDATE pins SET accepted_hash = '${sampleHash('2')}'`,
    'pins',
    false,
  ],
  ['a policy epoch set back', 'UPDATE policies SET epoch = 0', 'policies', true],
  ['another policy set put in force', `UPDATE policies SET hash = '${sampleHash('9')}'`, 'policies', true],
  ['a policy in force forgotten', 'DELETE FROM policies', 'policies', false],
  [
    'a used approval put back to waiting',
    `UPDATE holds SET status = 'waiting' WHERE status = 'used'`,
    'holds',
    true,
  ],
  [
    'a denied hold put back to waiting',
    `UPDATE holds SET status = 'waiting' WHERE status = 'denied'`,
    'holds',
    true,
  ],
  ['a hold extended', 'UPDATE holds SET expires = 9000000000000', 'holds', false],
  ['a quorum lowered', `UPDATE holds SET forbids = '[]'`, 'holds', false],
  ['those who ask exchanged', 'UPDATE holds SET requesters = zeroblob(60)', 'holds', false],
  ['a hold pointed at another action', `UPDATE holds SET digest = 'other'`, 'holds', false],
  ['a hold taken over by another policy set', `UPDATE holds SET policy_hash = 'other'`, 'holds', false],
  ['a hold removed', `DELETE FROM holds WHERE digest = 'waiting'`, 'holds', false],
  [
    'a hold of no decision',
    'UPDATE holds SET idx = 0 WHERE idx = (SELECT max(idx) FROM holds)',
    'holds',
    true,
  ],
  [
    'an answer inserted',
    `INSERT INTO answers SELECT hold, 'k2', 'approve', details, idx, seal FROM answers LIMIT 1`,
    'answers',
    true,
  ],
  ['a refusal turned into an approval', `UPDATE answers SET answer = 'approve'`, 'answers', true],
  ['an answer removed', 'DELETE FROM answers', 'answers', true],
  ['an answer exchanged', 'UPDATE answers SET details = zeroblob(60)', 'answers', false],
  ['an answer moved to another hold', 'UPDATE answers SET hold = hold + 1', 'answers', true],
  ['a used key forgotten', 'DELETE FROM consumed', 'consumed', true],
  ['a used key renamed', `UPDATE consumed SET key = 'approval:2'`, 'consumed', true],
  [
    'a key made used, to stop somebody',
    `INSERT INTO consumed SELECT 'approval:9', idx, seal FROM consumed`,
    'consumed',
    true,
  ],
  ['an unresolved action resolved', 'DELETE FROM unresolved', 'unresolved', false],
  [
    'an unresolved action exchanged for another',
    `UPDATE unresolved SET digest = 'other' WHERE idx = (SELECT max(idx) FROM unresolved)`,
    'unresolved',
    false,
  ],
  ['an unresolved action of no outcome', `UPDATE unresolved SET idx = 1`, 'unresolved', true],
  ['an open decision forgotten', 'DELETE FROM opens WHERE idx = (SELECT max(idx) FROM opens)', 'opens', true],
  ['an open decision given another digest', `UPDATE opens SET digest = 'other'`, 'opens', false],
  ['an open decision given to another boot', `UPDATE opens SET boot = 'other'`, 'opens', false],
  [
    'a closed decision opened again',
    `INSERT INTO opens SELECT 3, boot, digest, seal FROM opens LIMIT 1`,
    'opens',
    true,
  ],
  ['labels washed off a session', 'DELETE FROM sessions', 'sessions', false],
  ['a label taken off a session', `UPDATE sessions SET labels = '[]'`, 'sessions', false],
  ['a producer counter set back', 'UPDATE boots SET counter = 0', 'boots', true],
  ['a producer forgotten', 'DELETE FROM boots', 'boots', true],
  ['a legal hold taken away', `DELETE FROM records WHERE collection = 'legal_holds'`, 'records', true],
  ['a consent taken away', `DELETE FROM records WHERE collection = 'consents'`, 'records', false],
  [
    'a consent that another entry gave',
    `UPDATE records SET idx = 3 WHERE collection = 'consents'`,
    'records',
    true,
  ],
  [
    'a consent of an entry that is not there',
    `UPDATE records SET idx = 99999 WHERE collection = 'consents'`,
    'records',
    true,
  ],
  [
    'a consent added of the entry that gave another',
    `INSERT INTO records SELECT collection, 'other', value, idx, seal FROM records WHERE collection = 'consents'`,
    'records',
    false,
  ],
  ['a claim of witnesses', 'UPDATE head SET witnessed_size = size', 'head', false],
  ['the totals of all rows removed', `UPDATE head SET state = x''`, 'head', false],
];

describe.each(STATE)('%s', (_what, edit, table, isSeenInTheClear) => {
  test('keeps the log from starting, naming the table', async () => {
    const path = copy();
    sql(path, edit);
    expect(await startFault(path)).toBe(`log.corrupt ${table}`);
  });

  test('is named by verification', async () => {
    const path = copy();
    sql(path, edit);
    const named = `state-edited ${DATABASE_FILE}/${table}`;
    expect(await verified(path, true)).toContain(named);
    expect(await verified(path, false)).toEqual(isSeenInTheClear ? [named] : []);
  });
});

test('every row of the matrix edits something: each table of the state has some', () => {
  const database = new DatabaseSync(join(original, DATABASE_FILE), { readOnly: true });
  for (const [, , table] of STATE)
    expect(database.prepare(`SELECT count(*) AS count FROM ${table}`).get()).not.toEqual({ count: 0 });
  database.close();
});

test.each<readonly [string, string]>([
  ['a trigger', 'CREATE TRIGGER quiet AFTER INSERT ON kills BEGIN DELETE FROM kills; END'],
  ['a view', 'CREATE VIEW extra AS SELECT 1'],
  [
    'a table without its key',
    'DROP TABLE consumed; CREATE TABLE consumed (key TEXT, idx INTEGER, seal BLOB)',
  ],
  [
    'a table that is a view',
    'ALTER TABLE kills RENAME TO kept; CREATE VIEW kills AS SELECT * FROM kept WHERE 0',
  ],
  ['a missing index', 'DROP INDEX holds_by_digest'],
])('a schema with %s neither starts nor verifies', async (_what, edit) => {
  const path = copy();
  sql(path, edit);
  expect(await startFault(path)).toBe('log.corrupt');
  expect(await verified(path, true)).toEqual(['log.corrupt ']);
});

test.each([
  ['keeps entries from being stored', 'BEFORE INSERT ON entries BEGIN SELECT RAISE(IGNORE); END'],
  ['alters them', "AFTER INSERT ON entries BEGIN UPDATE entries SET bytes = x'7b7d'; END"],
  ['lifts every kill', 'AFTER INSERT ON kills BEGIN DELETE FROM kills; END'],
  ['is on the tables of tenants', 'BEFORE INSERT ON tenant_entries BEGIN SELECT RAISE(IGNORE); END'],
])('a trigger that %s, put there while the log is written: nothing is acknowledged', async (_what, body) => {
  const path = copy();
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
  onTestFinished(() => log.close().catch(() => {}));
  await committed(log, openDraft('before'));
  sql(path, `CREATE TRIGGER quiet ${body}`);
  for (const draft of [killDraft('kill'), openDraft('under')])
    await expect(log.writer.append(draft)).rejects.toMatchObject({ code: 'log.corrupt' });
  sql(path, 'DROP TRIGGER quiet');
  await committed(log, openDraft('after'));
  await log.publish();
  expect(await verified(path, true)).toEqual([]);
});

test('rows of an earlier time, genuine each, do not pass for those of now', async () => {
  const path = copy();
  sql(
    path,
    `ATTACH '${join(earlier, DATABASE_FILE)}' AS before; DELETE FROM boots; INSERT INTO boots SELECT * FROM before.boots; DELETE FROM opens; INSERT INTO opens SELECT * FROM before.opens; UPDATE head SET state = (SELECT state FROM before.head)`,
  );
  expect(await startFault(path)).toBe('log.corrupt head');
  expect(await verified(path, true)).toContain(`state-edited ${DATABASE_FILE}/head`);
});
