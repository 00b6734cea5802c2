/** Retention over a log in PostgreSQL, by two nodes of it, each with a data folder of its own. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type OpenLog, verifyFolder } from '@writ/core';
import { retain, type RetentionPorts, type RetentionProgress } from '@writ/core/records';
import { openPostgresLog, type PostgresLogOptions, verifyPostgresLog } from '@writ/core/postgres';
import {
  committed,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleLogIdentity,
  type SettableClock,
  settableClock,
} from '@writ/core/testing';
import { postgresTests } from './tests.ts';

const DAY_MS = 86_400_000;
const { database, newSchema, isThere } = await postgresTests();

async function openIn(
  schema: string,
  node: string,
  clock: SettableClock,
  more: Pick<PostgresLogOptions, 'publishTo'> = {},
): Promise<OpenLog> {
  const log = await openPostgresLog({
    ...sampleLogIdentity(node),
    ...SAMPLE_LOG_KEYS,
    clock,
    database,
    schema,
    ...more,
  });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

function portsOf(log: OpenLog, clock: SettableClock): RetentionPorts {
  let progress: RetentionProgress | undefined;
  return {
    reader: log.reader,
    state: log.state,
    writer: log.writer,
    tenant: 'default',
    clock,
    random: sampleLogIdentity().random,
    settings: { floorMs: DAY_MS, defaultKeep: 400 * DAY_MS, classes: {} },
    progress: { read: () => progress, write: (value) => void (progress = value) },
    pause: () => new Promise((resolve) => void setImmediate(resolve)),
  };
}

describe.skipIf(!isThere)('retention in PostgreSQL', () => {
  test('two nodes destroy each body once, leave what a legal hold keeps, and the log verifies', async () => {
    const schema = newSchema();
    const clock = settableClock(1_000 * DAY_MS);
    const logs = [await openIn(schema, 'node-1', clock), await openIn(schema, 'node-2', clock)] as const;
    const [log] = logs;
    const add = (person: string): ReturnType<typeof committed> =>
      committed(log, {
        ...openDraft(`d-${person}`, { committed: { person }, concerns: [person] }),
        time: clock.now(),
      });
    const bodies = await Promise.all(Array.from({ length: 150 }, (_, at) => add(`p${at}`)));
    const kept = await add('ann');
    const tags = log.state.tags('ann');
    const value = { scope: 'subject', tags, reason: 'matter 7' } as const;
    const id = '01K0000000000000000000000C';
    await committed(log, {
      ...sampleDraft(
        { kind: 'legal_hold', legalHold: { action: 'place', id, scope: 'subject' } },
        { effects: [{ type: 'put_record', collection: 'legal_holds', key: id, value }] },
      ),
      time: clock.now(),
    });
    clock.set(2_000 * DAY_MS);
    const young = await add('now');
    const reports = await Promise.all(logs.map((one) => retain(portsOf(one, clock))));
    const destroyed = reports.map(({ classes }) => classes[0]?.destroyed ?? 0);
    expect(destroyed.reduce((sum, one) => sum + one)).toBe(bodies.length);
    for (const { index } of bodies) expect(() => log.reader.body(index)).toThrow(/was erased/);
    for (const { index } of [kept, young]) expect(log.reader.body(index)).toHaveProperty('fields');
    const keys = [log.verifierKey];
    const dataKeys = { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
    for (const trust of [{ keys }, { keys, dataKeys }])
      expect((await verifyPostgresLog({ database, schema, ...trust })).problems).toEqual([]);
  }, 60_000);

  test('bundles of a log in PostgreSQL go from its folder, by two nodes at once, and its rows verify', async () => {
    const schema = newSchema();
    const clock = settableClock(1_000 * DAY_MS);
    const path = mkdtempSync(join(tmpdir(), 'writ-bundles-pg-'));
    onTestFinished(() => rmSync(path, { recursive: true, force: true }));
    const open = (node: string): Promise<OpenLog> =>
      openIn(schema, node, clock, { publishTo: { kind: 'folder', path } });
    const logs = [await open('node-1'), await open('node-2')] as const;
    const [log] = logs;
    const add = (at: number): ReturnType<typeof committed> =>
      committed(log, { ...openDraft(`d-${at}`), time: clock.now() });
    await Promise.all(Array.from({ length: 300 }, (_, at) => add(at)));
    clock.set(2_000 * DAY_MS);
    // Each of them is at the end of the log.
    await add(300);
    await committed(logs[1], { ...openDraft('second'), time: clock.now() });
    await committed(log, { ...openDraft('first'), time: clock.now() });
    const runs = logs.map((one) => {
      const { bundles: published } = one;
      if (published === undefined) throw new Error('the log is not published');
      const settings = { floorMs: DAY_MS, defaultKeep: 'keep', classes: {}, bundles: 400 * DAY_MS } as const;
      return retain({
        ...portsOf(one, clock),
        settings,
        bundles: { published, publish: () => one.publish() },
      });
    });
    const reports = await Promise.all(runs);
    expect(reports.map(({ bundles }) => bundles?.minimumIndex)).toEqual([256, 256]);
    expect(existsSync(join(path, 'log/tile/entries/000'))).toBe(false);
    expect(existsSync(join(path, 'log/tile/0/000'))).toBe(true);
    const keys = [log.verifierKey];
    expect(await verifyFolder(join(path, 'log'), { keys })).toMatchObject({
      ok: true,
      pruned: { below: 256 },
    });
    expect((await verifyPostgresLog({ database, schema, keys })).problems).toEqual([]);
    await (await open('node-3')).publish(true);
    expect(existsSync(join(path, 'log/tile/entries/000'))).toBe(false);
  });
});
