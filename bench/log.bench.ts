// The log: durable appends sealed and unsealed, what the disk and SQLite alone cost in the same run, and verification.
import { closeSync, fdatasyncSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { type EntryDraft, LOCAL_TENANT, type OpenLog, systemClock, verifyFolder } from '@writ/core';

import {
  appendCalls,
  type CallDrafts,
  draftsOfACall,
  durableFolder,
  fileSystem,
  openDurableLog,
} from './durable.ts';
import { measureRound, print, type Round, roundOf, rssMb, summarise } from './measure.ts';
import { text } from './typical.ts';

const CALLERS = [1, 16, 256];
/** Characters that a small entry commits and seals. */
const SMALL_BODY = 300;
const ROUNDS = 5;
const ROUND_MS = 500;
const WARM_UP_MS = 400;
/** Bytes of a row or write of the floors: about what an entry without a body has. */
const FLOOR_BYTES = 500;
const VERIFIED_ENTRIES = 20_000;
const VERIFY_ROUNDS = 3;

const folder = durableFolder('log');
try {
  const fs = fileSystem(folder);
  const drafts = await draftsOfACall();
  await floors(fs);
  const bare = { decision: withoutBody(drafts.decision), outcome: withoutBody(drafts.outcome) };
  await appends(fs, 'call', true, (log, callers) => appendCalls(log, drafts, callers));
  await appends(fs, 'call', false, (log, callers) => appendCalls(log, bare, callers));
  await appends(fs, 'small', true, (log) => () => log.writer.append(smallDraft({ note: text(SMALL_BODY) })));
  await appends(fs, 'small', false, (log) => () => log.writer.append(smallDraft({})));
  await verification(fs, drafts);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Without a body an entry is the clear record alone: its leaf is the same but for the commitments. */
function withoutBody({ input: _input, ...draft }: EntryDraft): EntryDraft {
  return { ...draft, committed: {}, concerns: [] };
}

/** The shortest entry there is, with what `committed` adds to it: what the log itself costs, whoever writes. */
function smallDraft(committed: EntryDraft['committed']): EntryDraft {
  return {
    detail: { kind: 'refusals', refusals: { counts: { 'json.syntax': 1 }, since: 0 } },
    tenant: LOCAL_TENANT,
    time: systemClock.now(),
    monotonicNs: systemClock.monotonicNs(),
    retentionClass: 'log',
    committed,
    concerns: [],
  };
}

/** `entry`: the two entries of a call in turn, or small ones. */
async function appends(
  fs: string,
  entry: 'call' | 'small',
  sealed: boolean,
  appender: (log: OpenLog, callers: number) => (caller: number) => Promise<unknown>,
): Promise<void> {
  for (const callers of CALLERS) {
    const log = await openDurableLog(join(folder, `${entry}-${String(sealed)}-${callers}`));
    const append = appender(log, callers);
    await measureRound(append, { callers, ms: WARM_UP_MS });
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1)
      rounds.push(await measureRound(append, { callers, ms: ROUND_MS }));
    // Of the first measured entry: 0 is the log's own.
    const leaf_bytes = log.reader.entry(1).bytes.length;
    await log.close();
    print(
      'log/append',
      { entry, sealed, callers, leaf_bytes, fs },
      { ...summarise(rounds), rss_mb: rssMb() },
    );
  }
}

/** What a disk and SQLite cost in this minute, without anything of ours. */
async function floors(fs: string): Promise<void> {
  const bytes = Buffer.alloc(FLOOR_BYTES, 'x');
  const file = openSync(join(folder, 'floor'), 'a', 0o600);
  await floor('write and fdatasync', 1, () => {
    writeSync(file, bytes);
    fdatasyncSync(file);
  });
  closeSync(file);

  const database = new DatabaseSync(join(folder, 'floor.db'));
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 4096');
  database.exec('CREATE TABLE rows (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT');
  const insert = database.prepare('INSERT INTO rows (bytes) VALUES (?)');
  for (const rows of [1, 256]) {
    await floor('sqlite transaction, WAL, FULL', rows, () => {
      database.exec('BEGIN IMMEDIATE');
      for (let row = 0; row < rows; row += 1) insert.run(bytes);
      database.exec('COMMIT');
    });
  }
  database.close();

  async function floor(peer: string, rows: number, run: () => void): Promise<void> {
    await measureRound(run, { ms: WARM_UP_MS });
    const rounds: Round[] = [];
    for (let round = 0; round < ROUNDS; round += 1) {
      const { rate, cpu_us, ...waits } = await measureRound(run, { ms: ROUND_MS });
      rounds.push({ ...waits, rate: rate * rows, cpu_us: cpu_us / rows });
    }
    print('log/floor', { peer, rows, bytes: FLOOR_BYTES, fs }, summarise(rounds));
  }
}

/** Entries a second of recomputing everything from a published folder alone. */
async function verification(fs: string, drafts: CallDrafts): Promise<void> {
  const callers = 256;
  const log = await openDurableLog(join(folder, 'verified'));
  const append = appendCalls(log, drafts, callers);
  while (log.reader.size() < VERIFIED_ENTRIES)
    await Promise.all(Array.from({ length: callers }, (_, caller) => append(caller)));
  await log.close();
  const rounds: Round[] = [];
  let entries = 0;
  for (let round = 0; round <= VERIFY_ROUNDS; round += 1) {
    const cpu = process.cpuUsage();
    const before = performance.now();
    const report = await verifyFolder(join(folder, 'verified', 'log'), { keys: [log.verifierKey] });
    const elapsedMs = performance.now() - before;
    if (!report.ok || report.size === undefined)
      throw new Error(`the log does not verify: ${JSON.stringify(report.problems)}`);
    const { user, system } = process.cpuUsage(cpu);
    entries = report.size;
    const { rate, ...rest } = roundOf([elapsedMs], (user + system) / report.size);
    if (round > 0) rounds.push({ ...rest, rate: rate * report.size });
  }
  const { rate, rate_range, cpu_us, rounds: count } = summarise(rounds);
  print('log/verify', { entries, fs }, { rate, cpu_us, rounds: count, rate_range, rss_mb: rssMb() });
}
