/** One row for each edit that somebody with full access to the data folder, and without the signing key, could make. */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import { signNote, type VerifierKey } from '../proof/index.ts';
import {
  answerDraft,
  committed,
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  pinDraft,
  SAMPLE_LOG_KEYS,
  sampleDecision,
  sampleDraft,
  sampleHash,
  sampleLogIdentity,
  sampleSigner,
} from '../testing/index.ts';
import { DATABASE_FILE, openLog, type OpenLog, verifyFolder } from './index.ts';

const MAKE_PIPE = 'mkfifo';
const DATA_KEYS = {
  signingSeed: SAMPLE_LOG_KEYS.signingKey.seed,
  bodyKeys: [SAMPLE_LOG_KEYS.bodyKey],
};
let key: VerifierKey;
let original: string;
/** The same folder at an earlier time, whole and genuine. */
let earlier: string;
let noted: Uint8Array;

beforeAll(async () => {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tampering-'));
  original = join(folder, 'now');
  earlier = join(folder, 'earlier');
  const log = await open(original);
  key = log.verifierKey;
  await fill(log);
  await log.close();
  cpSync(original, earlier, { recursive: true });
  const again = await open(original);
  for (let at = 0; at < 5; at += 1) await committed(again, openDraft(`later-${at}`));
  noted = again.checkpoint();
  await again.close();
  return () => rmSync(folder, { recursive: true, force: true });
});

function open(path: string): Promise<OpenLog> {
  return openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
}

/** A full bundle and more, and at least one row in every table. */
async function fill(log: OpenLog): Promise<void> {
  await committed(log, policyDraft());
  await committed(log, pinDraft('1', 'accepted'));
  await committed(log, pinDraft('2', 'quarantined'));
  await committed(log, killDraft('kill'));
  const denied = await committed(log, holdDraft('denied'));
  await committed(log, answerDraft(denied.index, 'deny', 'k1'));
  const used = await committed(log, holdDraft('used'));
  await committed(log, answerDraft(used.index, 'approve', 'k1'));
  const decision = sampleDecision({ approvals: [{ hold: used.receipt, keyIds: ['k1'], lifts: [] }] });
  const run = await committed(
    log,
    openDraft('used', { detail: { kind: 'decision', decision }, consumes: ['approval:1'] }),
  );
  await committed(log, outcomeDraft(run.index, 'unknown'));
  await committed(log, holdDraft('waiting'));
  await committed(
    log,
    openDraft('labelled', {
      effects: [
        { type: 'open', digest: 'labelled' },
        { type: 'join_labels', session: 's', labels: ['secret'] },
      ],
    }),
  );
  for (let at = 0; at < 150; at += 1) {
    const { index } = await committed(
      log,
      openDraft(`d${at}`, { committed: { note: `n${at}` }, concerns: ['Ada'] }),
    );
    if (at < 140) await committed(log, outcomeDraft(index));
  }
  await log.publish();
}

function policyDraft() {
  return sampleDraft(
    {
      kind: 'policy',
      policy: {
        policyHash: sampleHash('1'),
        schemaHash: sampleHash('3'),
        mode: 'strict',
        policyEpoch: 0,
      },
    },
    { effects: [{ type: 'activate_policy', scope: 'main', policyHash: sampleHash('1') }] },
  );
}

function copy(from = original): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tampering-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(from, join(folder, 'data'), { recursive: true });
  return join(folder, 'data');
}

function sql(path: string, text: string): void {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  // What no statement of SQL may do to a schema, somebody with the file may.
  database.enableDefensive(false);
  database.exec(text);
  database.close();
}

async function startFault(path: string): Promise<string> {
  try {
    const log = await open(path);
    await log.close();
    return 'starts';
  } catch (fault) {
    return isFault(fault) ? `${fault.code} ${String(fault.data['table'] ?? '')}`.trim() : String(fault);
  }
}

/** Each distinct `code place` of the report, or the fault in which it ended. */
async function verified(path: string, withKeys: boolean): Promise<readonly string[]> {
  try {
    const report = await verifyFolder(path, { keys: [key], ...(withKeys ? { dataKeys: DATA_KEYS } : {}) });
    expect(report.ok).toBe(report.problems.length === 0);
    return [...new Set(report.problems.map(({ code, place }) => `${code} ${place ?? ''}`))];
  } catch (fault) {
    return isFault(fault) ? [`${fault.code} `] : [String(fault)];
  }
}

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

/** Published files: the edit · what verification of the files names. */
const FILES: readonly (readonly [string, (log: string) => void, string])[] = [
  [
    'a bundle with a byte behind it',
    (log) => appendFileSync(join(log, 'tile/entries/000'), 'x'),
    'bundle-malformed',
  ],
  [
    'a bundle with a whole entry behind it',
    (log) => appendFileSync(join(log, 'tile/entries/000'), Buffer.from([0, 1, 120])),
    'bundle-malformed',
  ],
  ['a bundle cut short', (log) => truncateSync(join(log, 'tile/entries/000'), 1000), 'bundle-malformed'],
  ['a bundle of nothing', (log) => writeFileSync(join(log, 'tile/entries/000'), ''), 'bundle-malformed'],
  ['a bundle removed', (log) => rmSync(join(log, 'tile/entries/000')), 'bundle-missing'],
  [
    'a tile with a hash behind it',
    (log) => appendFileSync(join(log, 'tile/0/000'), Buffer.alloc(32)),
    'tile-malformed',
  ],
  ['a sparse tile', (log) => writeFileSync(join(log, 'tile/0/000'), Buffer.alloc(8192)), 'leaf-mismatch'],
  ['a tile removed', (log) => rmSync(join(log, 'tile/0/000')), 'tile-missing'],
  [
    'a bundle that is a link to another',
    (log) => link(log, 'tile/entries/000', 'tile/0/000'),
    'bundle-malformed',
  ],
  [
    'a checkpoint with another key’s signature in place of the log’s',
    (log) =>
      writeFileSync(join(log, 'checkpoint'), signNote(text(log), [sampleSigner('log.example/test', 3)])),
    'no-trusted-key',
  ],
  [
    'a checkpoint of another origin by a key the verifier does not have',
    (log) =>
      writeFileSync(
        join(log, 'checkpoint'),
        signNote(text(log).replace('log.example/test', 'log.example/other'), [
          sampleSigner('log.example/other', 7),
        ]),
      ),
    'no-trusted-key',
  ],
  [
    'a line put into the checkpoint',
    (log) => editCheckpoint(log, (note) => note.replace('\n\n', '\nmore\n\n')),
    'signature-invalid',
  ],
  [
    'a size past every file',
    (log) => editCheckpoint(log, (note) => note.replace(/\n\d+\n/, '\n9007199254740991\n')),
    'signature-invalid',
  ],
  [
    'a second signature that is none',
    (log) => appendFileSync(join(log, 'checkpoint'), '— x AAAA\n'),
    'checkpoint-malformed',
  ],
  ['a checkpoint of nothing', (log) => writeFileSync(join(log, 'checkpoint'), ''), 'checkpoint-malformed'],
];

test.each(FILES)('published: %s', async (_what, edit, code) => {
  const path = copy();
  edit(join(path, 'log'));
  const report = await verifyFolder(path, { keys: [key] });
  expect(report.problems.map((problem) => problem.code)).toContain(code);
  expect(report.ok).toBe(false);
});

test('a signature by a stranger beside the log’s own says nothing, good or bad', async () => {
  const path = copy();
  const file = join(path, 'log', 'checkpoint');
  const stranger = Buffer.from(signNote(text(join(path, 'log')), [sampleSigner('stranger', 3)])).toString();
  appendFileSync(file, stranger.slice(stranger.indexOf('\n\n') + 2));
  expect(await verified(path, true)).toEqual([]);
});

test('tiles and bundles of an earlier time do not pass under the checkpoint of now', async () => {
  const path = copy();
  rmSync(join(path, 'log', 'tile'), { recursive: true });
  cpSync(join(earlier, 'log', 'tile'), join(path, 'log', 'tile'), { recursive: true });
  expect((await verifyFolder(join(path, 'log'), { keys: [key] })).ok).toBe(false);
});

/** What stands where a file should: nothing may wait for it. */
const PLACES: readonly (readonly [string, (path: string) => void])[] = [
  ['a folder', (path) => mkdirSync(path)],
  ['a pipe', (path) => void execFileSync(MAKE_PIPE, [path])],
  ['a link to a device', (path) => symlinkSync('/dev/zero', path)],
];

describe.each(PLACES)('%s in place of', (_what, put) => {
  test.each(['log/checkpoint', 'log/tile/entries/000', 'log/tile/0/000', DATABASE_FILE, 'locks/publish'])(
    '%s is a fault or a problem, and nothing waits for it',
    async (file) => {
      const path = copy();
      rmSync(join(path, file), { recursive: true, force: true });
      put(join(path, file));
      const problems = await verified(path, true);
      if (!file.startsWith('locks')) expect(problems).not.toEqual([]);
      const start = await startFault(path);
      if (file === 'log/checkpoint' || file === DATABASE_FILE) expect(start).toBe('log.unavailable');
      else expect(['starts', 'log.unavailable']).toContain(start);
    },
  );
});

function text(log: string): string {
  const note = readFileSync(join(log, 'checkpoint'), 'utf8');
  return note.slice(0, note.indexOf('\n\n') + 1);
}

function editCheckpoint(log: string, change: (note: string) => string): void {
  const file = join(log, 'checkpoint');
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

function link(log: string, from: string, to: string): void {
  renameSync(join(log, from), join(log, `${from}.kept`));
  symlinkSync(join(log, to), join(log, from));
}

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
