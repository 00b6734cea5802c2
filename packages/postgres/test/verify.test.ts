/** Verification of the rows, and starts over them. */
import { expect, test } from 'vitest';
import { openPostgresLog, verifyPostgresLog } from '@writ/core/postgres';
import { openDraft, outcomeDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import { postgresTests } from './tests.ts';

const { database, url, newSchema, isThere, crash } = await postgresTests();
const keysOf = { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };

test.skipIf(!isThere)('a log of several bundles verifies, and is opened again where it ended', async () => {
  const schema = newSchema();
  const open = () => openPostgresLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema });
  const log = await open();
  const drafts = Array.from({ length: 600 }, (_, at) =>
    openDraft(`d${at}`, { committed: { agent: 'bot' }, concerns: ['Ada'], consumes: [`key:${at}`] }),
  );
  const results = await Promise.all(drafts.map((draft) => log.writer.append(draft)));
  await Promise.all(
    results.map((result) =>
      log.writer.append(outcomeDraft(result.status === 'committed' ? result.index : -1)),
    ),
  );
  const noted = log.checkpoint();
  await log.close();
  const again = await openPostgresLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    database,
    schema,
    noted: [noted],
  });
  expect(again.reader.size()).toBe(1_203);
  const report = await verifyPostgresLog({
    database,
    schema,
    keys: [again.verifierKey],
    noted: [noted],
    dataKeys: keysOf,
  });
  expect(report).toMatchObject({ ok: true, problems: [], size: 1_203, uncovered: 0 });
  await again.close();
});

test.skipIf(crash === undefined)('an auditor needs no more than a role that may read', async () => {
  const schema = newSchema();
  const log = await openPostgresLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema });
  await log.close();
  const session = await database.connect();
  const grants = `GRANT USAGE ON SCHEMA ${schema} TO auditor; GRANT SELECT ON ALL TABLES IN SCHEMA ${schema} TO auditor`;
  await session.script(`CREATE ROLE auditor LOGIN PASSWORD 'auditor'; ${grants}`);
  await session.close();
  const reading = openPostgres({ url: url.replace('writ:writ@', 'auditor:auditor@') });
  const report = await verifyPostgresLog({
    database: reading,
    schema,
    keys: [log.verifierKey],
    dataKeys: keysOf,
  });
  expect(report).toMatchObject({ ok: true, problems: [] });
  await expect(
    openPostgresLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database: reading, schema }),
  ).rejects.toMatchObject({ code: 'log.unavailable', data: { sqlstate: '42501' } });
  await reading.close();
});

test.skipIf(!isThere)(
  'texts that PostgreSQL cannot hold are kept: NUL, and lone surrogates as U+FFFD',
  async () => {
    const schema = newSchema();
    const open = () => openPostgresLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database, schema });
    const [session, label] = ['a\0b\ud800', 'c\0d'];
    const first = await open();
    const effects = [{ type: 'join_labels' as const, session, labels: [label] }];
    await first.writer.append(
      openDraft('d', { effects: [{ type: 'open', digest: 'e\0\udfff' }, ...effects] }),
    );
    expect(first.state.labels(session).labels).toEqual([label]);
    await first.close();
    const second = await open();
    expect(second.state.labels(session).labels).toEqual([label]);
    expect(second.state.isUnresolved('e\0\ufffd')).toBe(true);
    await second.close();
  },
);
