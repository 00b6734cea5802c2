/** A log whose disk fails, whose rows were edited, or that is overtaken while it waits. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, onTestFinished, test } from 'vitest';
import { isFault } from '../kernel/index.ts';
import {
  committed,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleLogIdentity,
} from '../testing/index.ts';
import { DATABASE_FILE, openLog, type LogOptions, type OpenLog, type Step, verifyFolder } from './index.ts';

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-faults-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

async function open(path: string, changes: Partial<LogOptions> = {}): Promise<OpenLog> {
  const log = await openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path, ...changes });
  // A log that its test broke cannot write its last entry either.
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

/** A log with entries that were never published. */
async function unpublishedLog(): Promise<string> {
  const path = dataFolder();
  const log = await open(path);
  for (let at = 0; at < 5; at += 1) await committed(log, openDraft(`d${at}`));
  await log.close();
  rmSync(join(path, 'log'), { recursive: true });
  return path;
}

function edit(path: string, sql: string): void {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  database.exec(sql);
  database.close();
}

test.each<readonly [string, Step, boolean]>([
  ['before anything is written', 'append/before-begin', false],
  ['in the transaction', 'append/after-insert', false],
  ['before it is committed', 'append/before-commit', false],
  ['after it is committed', 'append/after-commit', true],
])(
  'a disk that fails %s is reported as unavailable, and the log goes on without a gap',
  async (_why, step, wrote) => {
    const path = dataFolder();
    const log = await open(path, { faults: [{ step, action: 'fail', after: 1 }] });
    const size = log.reader.size();
    await expect(log.writer.append(openDraft('lost', { consumes: ['once'] }))).rejects.toMatchObject({
      code: 'log.unavailable',
    });
    expect(log.reader.size()).toBe(wrote ? size + 1 : size);
    const again = await log.writer.append(openDraft('again', { consumes: ['once'] }));
    expect(again.status).toBe(wrote ? 'refused' : 'committed');
    await committed(log, openDraft('next'));
    await log.publish();
    expect(await verifyFolder(path, { keys: [log.verifierKey] })).toMatchObject({ ok: true, problems: [] });
  },
);

test('a full disk refuses every append until there is space again', async () => {
  const path = dataFolder();
  const log = await open(path, {
    faults: [{ step: 'append/after-insert', action: 'fail', after: 1, times: 3 }],
  });
  for (let at = 0; at < 3; at += 1) {
    await expect(log.writer.append(openDraft(`d${at}`))).rejects.toMatchObject({ code: 'log.unavailable' });
  }
  await committed(log, openDraft('now'));
});

test('a decision that was written although its caller was told otherwise is closed as not performed by the running process', async () => {
  const path = dataFolder();
  const log = await open(path, { faults: [{ step: 'append/after-commit', action: 'fail', after: 2 }] });
  const { index } = await committed(log, openDraft('kept'));
  await expect(log.writer.append(openDraft('lost'))).rejects.toMatchObject({ code: 'log.unavailable' });
  await committed(log, openDraft('next'));
  await log.close();
  const entries = (await open(path)).reader;
  const outcomes = Array.from({ length: entries.size() }, (_, at) => entries.entry(at).entry)
    .filter((entry) => entry.kind === 'outcome')
    .map(({ decisionOf, outcome, code }) => [decisionOf, outcome, code]);
  expect(outcomes).toEqual([
    [index + 1, 'not_performed', 'log.unacknowledged'],
    [index, 'unknown', 'node.ended'],
    [index + 2, 'unknown', 'node.ended'],
  ]);
});

test('of the checkpoints within one bundle the last is kept, and the newest always', async () => {
  const path = dataFolder();
  const log = await open(path);
  for (let at = 0; at < 300; at += 1) await committed(log, openDraft(`d${at}`));
  const database = new DatabaseSync(join(path, DATABASE_FILE), { readOnly: true });
  const sizes = database.prepare('SELECT size FROM checkpoints ORDER BY size').all();
  database.close();
  expect(sizes.map(({ size }) => size)).toEqual([256, 301]);
});

test('a kill that commits while a permitting entry waits for the disk wins', async () => {
  const path = dataFolder();
  const gate = new SharedArrayBuffer(8);
  const slow = await open(path, {
    faults: [{ step: 'append/before-begin', action: 'pause', after: 1, gate }],
  });
  const fast = await open(path, sampleLogIdentity('other'));
  const conditions = { killEpoch: slow.state.epochs('main').killEpoch, policyScope: 'main', policyEpoch: 0 };
  const waiting = slow.writer.append(openDraft('d', { conditions }));
  const reached = Atomics.waitAsync(new Int32Array(gate), 1, 0);
  await reached.value;
  await committed(
    fast,
    sampleDraft(
      { kind: 'kill', kill: { action: 'kill', scope: 'agent', reason: 'manual', killEpoch: 0 } },
      { effects: [{ type: 'kill', scope: 'agent', id: 'bot', reason: 'manual' }] },
    ),
  );
  Atomics.store(new Int32Array(gate), 0, 1);
  Atomics.notify(new Int32Array(gate), 0);
  await expect(waiting).resolves.toEqual({ status: 'refused', refusal: 'kill_epoch' });
});

test.each<readonly [string, string, string]>([
  [
    'an edited entry',
    `UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'allow', 'deny') AS BLOB) WHERE idx = 2`,
    'log.corrupt',
  ],
  ['an edited leaf', `UPDATE entries SET leaf = zeroblob(32) WHERE idx = 2`, 'log.corrupt'],
  ['a removed entry', 'DELETE FROM entries WHERE idx = 2', 'log.corrupt'],
  ['a cut tail', 'DELETE FROM entries WHERE idx >= 4', 'log.corrupt'],
  [
    'an inserted entry',
    'INSERT INTO entries SELECT idx + 100, leaf, bytes FROM entries WHERE idx = 2',
    'log.unsigned-suffix',
  ],
  [
    'a head moved back over a signed checkpoint',
    'DELETE FROM entries WHERE idx >= 4; UPDATE head SET size = 4',
    'log.corrupt',
  ],
  [
    'a suffix without a checkpoint',
    'DELETE FROM checkpoints WHERE size = (SELECT max(size) FROM checkpoints)',
    'log.unsigned-suffix',
  ],
  ['an edited root', 'UPDATE head SET root = zeroblob(32)', 'log.corrupt'],
  ['an edited frontier', 'UPDATE head SET frontier = zeroblob(length(frontier))', 'log.corrupt'],
  ['a lowered time floor', 'UPDATE head SET time_floor = 0', 'log.corrupt'],
  [
    `another log's checkpoint`,
    `UPDATE checkpoints SET note = replace(note, 'log.example', 'lag.example')`,
    'log.corrupt',
  ],
  ['another origin', `UPDATE head SET origin = 'log.example/other'`, 'log.conflict'],
  ['a schema from the future', 'PRAGMA user_version = 99', 'log.version'],
])('a log with %s does not start', async (_what, sql, code) => {
  const path = await unpublishedLog();
  edit(path, sql);
  await expect(open(path)).rejects.toSatisfy((fault) => isFault(fault) && fault.code === code);
});

test('rows edited under a running log are neither extended nor published', async () => {
  const path = dataFolder();
  const log = await open(path);
  await committed(log, openDraft('d'));
  edit(
    path,
    `UPDATE entries SET bytes = CAST(replace(CAST(bytes AS TEXT), 'allow', 'deny') AS BLOB) WHERE idx = 1`,
  );
  await expect(log.publish()).rejects.toMatchObject({ code: 'log.corrupt' });
  edit(
    path,
    `INSERT INTO entries (idx, leaf, bytes) VALUES (2, zeroblob(32), x'7b7d'); UPDATE head SET size = 3`,
  );
  await expect(log.writer.append(openDraft('e'))).rejects.toMatchObject({ code: 'log.unsigned-suffix' });
  await expect(log.close()).rejects.toBeDefined();
});

test('a log started with another key refuses to extend it', async () => {
  const path = await unpublishedLog();
  const other = { signingKey: { seed: new Uint8Array(32).fill(1) } };
  await expect(open(path, other)).rejects.toMatchObject({ code: 'log.corrupt' });
});

test('files and folders of a log are for its user alone', async () => {
  const path = dataFolder();
  const log = await open(path);
  await log.publish();
  const modeOf = (...parts: string[]): number => statSync(join(path, ...parts)).mode & 0o777;
  expect([modeOf(), modeOf('log'), modeOf('locks')]).toEqual([0o700, 0o700, 0o700]);
  expect([modeOf(DATABASE_FILE), modeOf(`${DATABASE_FILE}-wal`), modeOf('log', 'checkpoint')]).toEqual([
    0o600, 0o600, 0o600,
  ]);
});

test('a full queue refuses at once, and takes entries again when it has room', async () => {
  const log = await open(dataFolder());
  const results = await Promise.allSettled(
    Array.from({ length: 9_000 }, (_, at) => log.writer.append(openDraft(`d${at}`))),
  );
  const refused = results.filter((result) => result.status === 'rejected');
  expect(refused).toHaveLength(9_000 - 8_192);
  expect(refused.every(({ reason }) => isFault(reason, 'guard.overloaded'))).toBe(true);
  await committed(log, outcomeDraft(1));
});
