/** A process over years: signs of life, pauses, a change of keys, and a poll where notifications do not arrive. */
import { expect, onTestFinished, test, vi } from 'vitest';
import { openPostgresLog, type PostgresLogOptions, verifyPostgresLog } from '@writ/core/postgres';
import type { OpenLog } from '@writ/core';
import {
  committed,
  fakeClock,
  killDraft,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '@writ/core/testing';
import { withoutNotifications } from './connections.ts';
import { postgresTests } from './tests.ts';

const BEAT_MS = 60_000;

const { database, newSchema, isThere } = await postgresTests();

async function openIn(schema: string, changes: Partial<PostgresLogOptions> = {}): Promise<OpenLog> {
  const options = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema, ...changes };
  const log = await openPostgresLog(options);
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

function ticking(): { readonly timer: NonNullable<PostgresLogOptions['timer']>; tick(): void } {
  const runs: (() => void)[] = [];
  const every = (_ms: number, run: () => void): (() => void) => {
    runs.push(run);
    return () => {};
  };
  return { timer: { every }, tick: () => runs.forEach((run) => run()) };
}

const kinds = ({ reader }: OpenLog): readonly string[] =>
  Array.from({ length: reader.size() }, (_, index) => reader.entry(index).entry.kind);

test.skipIf(!isThere)('a process that has nothing to write shows that it lives', async () => {
  const { timer, tick } = ticking();
  const clock = fakeClock();
  const log = await openIn(newSchema(), { timer, clock, heartbeatMs: BEAT_MS });
  clock.advance(BEAT_MS - 1);
  tick();
  clock.advance(1);
  tick();
  await vi.waitFor(() => expect(kinds(log)).toEqual(['start', 'heartbeat']));
});

test.skipIf(!isThere)('a process that comes up after a pause says how long nobody wrote', async () => {
  const schema = newSchema();
  const clock = fakeClock();
  await (await openIn(schema, { clock, heartbeatMs: BEAT_MS })).close();
  clock.advance(BEAT_MS);
  const log = await openIn(schema, { clock, heartbeatMs: BEAT_MS });
  expect(kinds(log)).toEqual(['start', 'stop', 'start', 'downtime']);
  expect(log.reader.entry(3).entry).toMatchObject({ downtime: { after: 1, end: 'stopped' } });
});

test.skipIf(!isThere)('where notifications do not arrive, the timer brings what others wrote', async () => {
  const schema = newSchema();
  const { timer, tick } = ticking();
  const deaf = { ...database, connect: async () => withoutNotifications(await database.connect()) };
  const log = await openIn(schema, { timer, database: deaf });
  const other = await openIn(schema);
  await committed(other, killDraft('kill'));
  expect(log.state.kills()).toEqual([]);
  tick();
  await vi.waitFor(() => expect(log.state.kills()).toHaveLength(1));
});

test.skipIf(!isThere)('while keys change, whoever knows either of them can verify', async () => {
  const schema = newSchema();
  const { seed } = SAMPLE_LOG_KEYS.signingKey;
  const next = new Uint8Array(32).fill(8);
  const log = await openIn(schema, { signingKey: { seed, overlapping: [next] } });
  await committed(log, openDraft('d'));
  const ofNext = await openIn(newSchema(), { signingKey: { seed: next } });
  for (const key of [log.verifierKey, ofNext.verifierKey])
    expect(await verifyPostgresLog({ database, schema, keys: [key] })).toMatchObject({ ok: true, size: 2 });
});

test.skipIf(!isThere)('a key of another log starts nothing over this one', async () => {
  const schema = newSchema();
  await (await openIn(schema)).close();
  const seed = new Uint8Array(32).fill(8);
  await expect(openIn(schema, { signingKey: { seed } })).rejects.toMatchObject({ code: 'log.corrupt' });
  await expect(openIn(schema, { origin: 'log.example/other' })).rejects.toMatchObject({
    code: 'log.conflict',
  });
});
