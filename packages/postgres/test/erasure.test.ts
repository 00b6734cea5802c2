/** Erasure in PostgreSQL: in the transaction that asks the legal holds, whatever happens to the process, the server or its answer. */
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  openPostgresLog,
  type PostgresLogOptions,
  type SqlConnection,
  verifyPostgresLog,
} from '@writ/core/postgres';
import { type OpenLog, STEPS } from '@writ/core';
import { committed, SAMPLE_LOG_KEYS, sampleLogIdentity, sampleReseal } from '@writ/core/testing';
import { delegate } from './connections.ts';
import { answeredHold, bodyDraft, erasureDraft, legalHoldDraft } from './erasure-drafts.ts';
import { postgresTests } from './tests.ts';

const { database, newSchema, isThere } = await postgresTests();

async function openIn(schema: string, changes: Partial<PostgresLogOptions> = {}): Promise<OpenLog> {
  const log = await openPostgresLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    database,
    schema,
    ...changes,
  });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

async function query(text: string): Promise<readonly object[]> {
  const session = await database.connect();
  try {
    return (await session.query(text)).rows;
  } finally {
    await session.close();
  }
}

const ERASED = expect.objectContaining({ code: 'log.body-erased' }) as Error;
const dataKeys = { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };

/** What an auditor with the log's keys and one without find. */
async function problemsIn(log: OpenLog, schema: string): Promise<readonly string[]> {
  const keys = [log.verifierKey];
  const reports = [
    await verifyPostgresLog({ database, schema, keys, dataKeys }),
    await verifyPostgresLog({ database, schema, keys }),
  ];
  return reports.flatMap(({ problems }) =>
    problems.map(({ code, index }) => `${code} ${index ?? ''}`.trim()),
  );
}

describe.skipIf(!isThere)('a body erased in PostgreSQL', () => {
  test('leaves a log that verifies, with keys and without, and starts again', async () => {
    const schema = newSchema();
    const log = await openIn(schema);
    const first = await committed(log, bodyDraft('Ada'));
    const second = await committed(log, bodyDraft('Bob', 'Ada'));
    const other = await committed(log, bodyDraft('Bob'));
    const tags = log.state.tags('Ada');
    await committed(
      log,
      erasureDraft([
        { index: first.index, time: 1_000, tags, dropped: tags },
        {
          index: second.index,
          time: 1_000,
          tags,
          dropped: tags,
          resealed: sampleReseal(log, { index: second.index, field: 'person', concern: 'Ada' }),
        },
      ]),
    );
    expect(() => log.reader.body(first.index)).toThrow(ERASED);
    expect(JSON.stringify(log.reader.body(second.index))).not.toContain('Ada');
    expect(log.reader.body(second.index)).toMatchObject({ erased: ['person'], concerns: ['Bob'] });
    expect(log.reader.concerning('Ada')).toEqual([]);
    expect(log.reader.concerning('Bob')).toEqual([second.index, other.index]);
    expect(await problemsIn(log, schema)).toEqual([]);
    await log.close();
    const again = await openIn(schema);
    expect(JSON.stringify(again.reader.body(second.index))).not.toContain('Ada');
    expect(await problemsIn(again, schema)).toEqual([]);
  });

  test('is sealed again under the key of now, whichever the entry names', async () => {
    const schema = newSchema();
    const first = await openIn(schema);
    const { index } = await committed(first, bodyDraft('Ada', 'Bob'));
    await first.close();
    const bodyKey = { keyId: 'next-key', key: new Uint8Array(32).fill(9) };
    const keys = { bodyKey, formerBodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
    const log = await openIn(schema, keys);
    const tags = log.state.tags('Ada');
    const resealed = sampleReseal(log, { index, field: 'person', concern: 'Ada', bodyKey });
    await committed(log, erasureDraft([{ index, time: 1_000, tags, dropped: tags, resealed }]));
    expect(log.reader.body(index)).toMatchObject({ erased: ['person'], concerns: ['Bob'] });
    expect(log.reader.entry(index).entry.body?.keyId).toBe(SAMPLE_LOG_KEYS.bodyKey.keyId);
    expect(await query(`SELECT key_id FROM ${schema}.bodies WHERE seq = ${index}`)).toEqual([
      { key_id: 'next-key' },
    ]);
    const report = await verifyPostgresLog({
      database,
      schema,
      keys: [log.verifierKey],
      dataKeys: { ...dataKeys, bodyKeys: [bodyKey, SAMPLE_LOG_KEYS.bodyKey] },
    });
    expect(report).toMatchObject({ ok: true, problems: [] });
  });

  test.each([
    [
      'put back',
      `UPDATE bodies SET wrapped = old.wrapped, ciphertext = old.ciphertext, key_id = old.key_id FROM old WHERE bodies.seq = old.seq`,
    ],
    ['another one destroyed', `UPDATE bodies SET wrapped = NULL, ciphertext = NULL WHERE seq = 2`],
    ['a person found under it again', `INSERT INTO concerns SELECT tag, 1 FROM concerns WHERE seq = 2`],
  ])('is found out by an auditor where somebody edits: %s', async (_edit, sql) => {
    const schema = newSchema();
    const log = await openIn(schema);
    const { index } = await committed(log, bodyDraft('Ada'));
    await committed(log, bodyDraft('Bob'));
    await query(`CREATE TABLE ${schema}.old AS SELECT * FROM ${schema}.bodies WHERE seq = ${index}`);
    const tags = log.state.tags('Ada');
    await committed(log, erasureDraft([{ index, time: 1_000, tags, dropped: tags }]));
    const session = await database.connect();
    await session.script(`SET search_path TO ${schema}; ${sql}`);
    await session.close();
    expect((await problemsIn(log, schema)).join()).toMatch(/body-altered|body-missing/);
  });

  test('is refused alone in a batch, and a hold in the same batch comes first', async () => {
    const log = await openIn(newSchema());
    const { index } = await committed(log, bodyDraft('Ada'));
    const body = { index, time: 1_000, tags: [], dropped: [] };
    const results = await Promise.all(
      [
        erasureDraft([{ ...body, index: 99 }]),
        { ...erasureDraft([body]), effects: [{ type: 'erase' as const, bodies: [{ ...body, index: 0.5 }] }] },
        bodyDraft('Bob'),
        legalHoldDraft('h1', { scope: 'tenant', reason: 'matter' }),
        erasureDraft([body]),
      ].map((draft) => log.writer.append(draft)),
    );
    expect(results.map((one) => (one.status === 'refused' ? one.refusal : one.status))).toEqual([
      'unknown_target',
      'unknown_target',
      'committed',
      'committed',
      'legal_hold',
    ]);
    expect(log.reader.body(index)).toHaveProperty('fields');
  });

  test('is erased once where two processes erase it, and not at all once one of them holds it', async () => {
    const schema = newSchema();
    const logs = [await openIn(schema), await openIn(schema)];
    const [log, other] = logs as [OpenLog, OpenLog];
    const kept = await committed(log, bodyDraft('Ada'));
    const { index } = await committed(log, bodyDraft('Ada'));
    const tags = log.state.tags('Ada');
    const body = { index, time: 1_000, tags, dropped: tags };
    const results = await Promise.all(logs.map((one) => one.writer.append(erasureDraft([body]))));
    expect(results.map((one) => (one.status === 'refused' ? one.refusal : one.status)).toSorted()).toEqual([
      'committed',
      'unknown_target',
    ]);
    // The one that erases has not heard of the hold when it is asked.
    await committed(other, legalHoldDraft('h1', { scope: 'tenant', reason: 'matter' }));
    expect(await log.writer.append(erasureDraft([{ ...body, index: kept.index }]))).toEqual({
      status: 'refused',
      refusal: 'legal_hold',
    });
    expect(await problemsIn(log, schema)).toEqual([]);
  });

  test.each(STEPS.filter((step) => step.startsWith('append')))(
    'is there or told to be gone where writing fails at %s',
    async (step) => {
      const schema = newSchema();
      const log = await openIn(schema);
      const { index } = await committed(log, bodyDraft('Ada'));
      const faults = [{ step, action: 'fail', after: 1, times: 1 } as const];
      const failing = await openIn(schema, { faults });
      const tags = log.state.tags('Ada');
      const draft = erasureDraft([{ index, time: 1_000, tags, dropped: tags }]);
      // Tried again on a new session, or found to be stored: either way it is answered once.
      expect(await failing.writer.append(draft)).toMatchObject({ status: 'committed' });
      expect(() => failing.reader.body(index)).toThrow(ERASED);
      expect(await failing.writer.append(draft)).toEqual({ status: 'refused', refusal: 'unknown_target' });
      expect(await problemsIn(log, schema)).toEqual([]);
    },
  );

  test('costs batches that erase nothing no word to the server', async () => {
    const said: string[] = [];
    const heard = {
      ...database,
      connect: async () => {
        const session = await database.connect();
        return delegate(session, {
          query: (text, values) => {
            said.push(text);
            return session.query(text, values);
          },
        });
      },
    };
    const log = await openIn(newSchema(), { database: heard });
    said.length = 0;
    const { index } = await committed(log, bodyDraft('Ada'));
    expect(said).toHaveLength(1);
    said.length = 0;
    await committed(log, erasureDraft([{ index, time: 1_000, tags: [], dropped: [] }]));
    expect(said).toHaveLength(3);
  });

  test('is found by the index among a hundred thousand', async () => {
    const schema = newSchema();
    const said = new Set<string>();
    const heard = {
      ...database,
      connect: async () => {
        const session = await database.connect();
        const query: SqlConnection['query'] = (text, values) => {
          said.add(text);
          return session.query(text, values);
        };
        return delegate(session, { query });
      },
    };
    const log = await openIn(schema, { database: heard });
    const { index } = await committed(log, bodyDraft('Ada'));
    said.clear();
    await committed(log, erasureDraft([{ index, time: 1_000, tags: [], dropped: [] }]));
    const session = await database.connect();
    await session.script(`INSERT INTO ${schema}.bodies SELECT n, 'k', 'w', 'c' FROM generate_series(100, 100000) AS t(n);
INSERT INTO ${schema}.concerns SELECT sha256(n::text::bytea), n FROM generate_series(100, 100000) AS t(n);
ANALYZE ${schema}.bodies; ANALYZE ${schema}.concerns; SET plan_cache_mode = force_generic_plan`);
    const asked = [...said].filter(
      (text) => /\.(bodies|concerns)/.test(text) && !text.includes('put_entries'),
    );
    expect(asked).toHaveLength(2);
    for (const [at, text] of asked.entries()) {
      const parameters = Array.from({ length: 11 }, () => 'NULL').slice(0, text.includes('$11') ? 11 : 1);
      await session.script(`PREPARE asked_${at} AS ${text}`);
      const [plan] = await session.script(`EXPLAIN EXECUTE asked_${at}(${parameters.join(', ')})`);
      const lines = plan?.rows.map((row) => String(row['QUERY PLAN'])).join('\n') ?? '';
      expect(lines).toMatch(/Index Scan|Bitmap Index Scan/);
      expect(lines).not.toMatch(/Seq Scan on (bodies|concerns)/);
    }
    await session.close();
  });

  test('takes earlier words of the state with it: who is behind reads the state whole', async () => {
    const schema = newSchema();
    const log = await openIn(schema);
    const deaf = {
      ...database,
      connect: async () => delegate(await database.connect(), { onNotification: () => {} }),
    };
    const behind = await openIn(schema, { database: deaf });
    const { index } = await committed(log, bodyDraft('Ada'));
    const hold = await answeredHold(log);
    const before = await query(
      `SELECT encode(convert_to(rows, 'UTF8'), 'hex') AS rows FROM ${schema}.changes`,
    );
    expect(before.length).toBeGreaterThan(2);
    const tags = log.state.tags('Ada');
    const draft = erasureDraft([{ index, time: 1_000, tags, dropped: tags }], {
      requesters: [{ hold, remaining: [] }],
      answers: [{ hold, keyId: 'k1' }],
    });
    await committed(log, draft);
    expect(await query(`SELECT size FROM ${schema}.changes`)).toEqual([{ size: log.reader.size() }]);
    await committed(behind, bodyDraft('Bob'));
    expect(behind.state.hold(hold)).toEqual(log.state.hold(hold));
    expect(behind.state.hold(hold)).toMatchObject({
      requesters: [],
      answers: [{ keyId: 'k1', approver: '' }],
    });
    expect(await problemsIn(log, schema)).toEqual([]);
  });
});
