/** Several processes on one log, killed at random and at every step: no fork, no gap, nothing acknowledged lost. */
import { randomInt } from 'node:crypto';
import { expect, onTestFinished, test } from 'vitest';
import { openPostgresLog, verifyPostgresLog } from '@writ/core/postgres';
import { STEPS, type OpenLog } from '@writ/core';
import { SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { postgresTests } from './tests.ts';
import { startWriter, type Writer } from './writers.ts';

/** Three to eight at once. */
const PROCESSES = Number(process.env['WRIT_WRITERS'] ?? 4);
/** How often a process is killed; a minute and more on two cores is `WRIT_KILLS=120`. */
const KILLS = Number(process.env['WRIT_KILLS'] ?? 10);
/** Answers after which one is killed at most. */
const LATEST_KILL = 120;
const MS_PER_KILL = 5_000;

const { database, url, newSchema, isThere } = await postgresTests({ isSynced: true });

async function reopen(schema: string): Promise<OpenLog> {
  const log = await openPostgresLog({ ...sampleLogIdentity('reader'), ...SAMPLE_LOG_KEYS, database, schema });
  onTestFinished(() => log.close());
  return log;
}

/** Everything recomputed from the rows, and every acknowledged entry where it was said to be. */
async function requireWhole(schema: string, writers: readonly Writer[]): Promise<OpenLog> {
  const log = await reopen(schema);
  const report = await verifyPostgresLog({
    database,
    schema,
    keys: [log.verifierKey],
    noted: [log.checkpoint()],
    dataKeys: { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] },
  });
  expect(report).toMatchObject({ ok: true, problems: [], size: log.reader.size(), uncovered: 0 });
  for (const { key, index } of writers.flatMap(({ reports }) => reports)) {
    if (index === undefined) continue;
    expect(log.reader.entry(index).entry).toMatchObject({ kind: 'decision', consumes: [key] });
  }
  return log;
}

test.skipIf(!isThere)(
  'processes killed at random never fork the log, leave no gap and lose nothing that was acknowledged',
  async () => {
    const schema = newSchema();
    const writers: Writer[] = [];
    let killed = 0;
    let spawned = 0;
    const runUntilKilled = async (): Promise<void> => {
      while (killed < KILLS) {
        const last = randomInt(1, LATEST_KILL);
        const name = `writer-${(spawned += 1)}`;
        const writer = startWriter({ url, schema, name, callers: 6, count: 1_000 }, (one) => {
          if (one.reports.length === last) one.kill();
        });
        writers.push(writer);
        expect(await writer.ended).toEqual({ code: null, signal: 'SIGKILL' });
        killed += 1;
      }
    };
    await Promise.all(Array.from({ length: PROCESSES }, runUntilKilled));
    const log = await requireWhole(schema, writers);
    expect(killed).toBeGreaterThanOrEqual(KILLS);
    expect(log.reader.size()).toBeGreaterThan(killed);
  },
  30_000 + KILLS * MS_PER_KILL,
);

test.skipIf(!isThere).each(STEPS.filter((step) => step.startsWith('append')))(
  'a process killed at %s leaves the log to another, which closes what it left open',
  async (step) => {
    const schema = newSchema();
    const beside = startWriter({ url, schema, name: 'beside', callers: 2, count: 60 });
    const task = { url, schema, name: 'victim', callers: 4, count: 1_000 };
    const victim = startWriter({ ...task, faults: [{ step, action: 'kill', after: 7 }] });
    expect((await victim.ended).signal).toBe('SIGKILL');
    expect(await beside.ended).toEqual({ code: 0, signal: null });
    const log = await requireWhole(schema, [victim, beside]);
    const entries = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry);
    const open = entries.filter(({ kind }) => kind === 'decision').length;
    expect(entries.filter(({ kind }) => kind === 'outcome')).toHaveLength(open);
  },
);

test.skipIf(!isThere).each(STEPS.filter((step) => step.startsWith('append')))(
  'a process killed at %s while it erases leaves each body there, or gone and told of',
  async (step) => {
    const schema = newSchema();
    const beside = startWriter({ url, schema, name: 'beside', callers: 2, count: 20, erase: true });
    const task = { url, schema, name: 'victim', callers: 4, count: 1_000, erase: true };
    const victim = startWriter({ ...task, faults: [{ step, action: 'kill', after: 12 }] });
    expect((await victim.ended).signal).toBe('SIGKILL');
    expect(await beside.ended).toEqual({ code: 0, signal: null });
    const log = await requireWhole(schema, [victim, beside]);
    expect(log.reader.concerning('beside')).toEqual([]);
    const told = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry);
    expect(told.filter(({ kind }) => kind === 'erasure').length).toBeGreaterThan(20);
  },
);

test.skipIf(!isThere)('a key that two processes consume at once is consumed by one of them', async () => {
  const schema = newSchema();
  const writers = ['one', 'two'].map((name) =>
    startWriter({ url, schema, name, callers: 4, count: 30, contend: true }),
  );
  for (const writer of writers) expect(await writer.ended).toEqual({ code: 0, signal: null });
  const reports = writers.flatMap((writer) => writer.reports);
  const won = reports.filter(({ index }) => index !== undefined).map(({ key }) => key);
  expect(won).toHaveLength(4 * 30);
  expect(new Set(won).size).toBe(4 * 30);
  expect(reports.flatMap(({ refusal }) => refusal ?? [])).toEqual(
    Array.from({ length: 4 * 30 }, () => 'consumed'),
  );
});
