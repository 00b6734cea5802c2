/** What a database administrator can do who may write every row and has no key of the log: each edit is found and named, at the next start or by verification. */
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import {
  openPostgresLog,
  type PostgresLogOptions,
  verifyPostgresLog,
  type VerifyPostgresOptions,
} from '@writ/core/postgres';
import type { OpenLog } from '@writ/core';
import {
  answerDraft,
  committed,
  holdDraft,
  killDraft,
  openDraft,
  outcomeDraft,
  pinDraft,
  reservingDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '@writ/core/testing';
import { withoutNotifications } from './connections.ts';
import { legalHoldDraft } from './erasure-drafts.ts';
import { EDITS, restored, TABLES, TOLD_IN_THE_CLEAR } from './edits.ts';
import { postgresTests } from './tests.ts';
import { createVerifierKeyOfLog } from './verifier-key.ts';

const { database, newSchema, isThere } = await postgresTests();
/** More than a bundle, so that roots of subtrees are stored. */
const ENTRIES = 280;

let schema = '';
let earlier: Uint8Array;

async function openIt(changes: Partial<PostgresLogOptions> = {}): Promise<OpenLog> {
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

async function asAdministrator(sql: string): Promise<void> {
  const session = await database.connect();
  try {
    await session.script(`SET search_path TO ${schema}; ${sql}`);
  } finally {
    await session.close();
  }
}

/** A log with a row in every table of the state, and a genuine copy of what it was before the last entries. */
async function world(): Promise<void> {
  schema = newSchema();
  const log = await openIt();
  const drafts = Array.from({ length: ENTRIES }, (_, at) =>
    openDraft(`d${at}`, { committed: { agent: 'bot' }, concerns: ['Ada'], consumes: [`key:${at}`] }),
  );
  await Promise.all(drafts.map((draft) => log.writer.append(draft)));
  await committed(log, outcomeDraft(1, 'unknown'));
  await committed(log, pinDraft('1', 'quarantined'));
  const hold = await committed(log, holdDraft('held'));
  await committed(log, killDraft('kill'));
  await committed(log, legalHoldDraft('h1', { scope: 'tenant', reason: 'matter' }));
  await committed(log, reservingDraft('limited', { type: 'total', capacity: 10 }, 7));
  earlier = log.checkpoint();
  await asAdministrator(TABLES.map((table) => `CREATE TABLE old_${table} AS TABLE ${table}`).join(';'));
  await committed(log, answerDraft(hold.index, 'deny', 'k1'));
  const effects = [{ type: 'join_labels' as const, session: 's', labels: ['secret'] }];
  await committed(log, openDraft('last', { effects: [{ type: 'open', digest: 'last' }, ...effects] }));
  await log.close();
}

beforeEach(async () => {
  if (isThere) await world();
});

const WITH_KEYS = {
  dataKeys: { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] },
};

async function problemsFound(
  noted: readonly Uint8Array[] = [],
  held: Partial<VerifyPostgresOptions> = WITH_KEYS,
): Promise<readonly string[]> {
  const report = await verifyPostgresLog({
    database,
    schema,
    keys: [createVerifierKeyOfLog()],
    noted,
    ...held,
  });
  return report.problems.map(({ code, place }) => (place === undefined ? code : `${code} ${place}`));
}

test.skipIf(!isThere)('what nobody edited starts and verifies', async () => {
  expect(await problemsFound([earlier])).toEqual([]);
  await openIt({ noted: [earlier] });
});

test.skipIf(!isThere).each(EDITS)('%s', async (_edit, sql, start, problems) => {
  await asAdministrator(sql);
  expect((await problemsFound()).join('; ')).toMatch(problems);
  if (start !== undefined) await expect(openIt()).rejects.toMatchObject(start);
});

test.skipIf(!isThere)('who has no key finds nothing where nobody edited', async () => {
  expect(await problemsFound([], {})).toEqual([]);
});

test.skipIf(!isThere).each(EDITS.filter(([edit]) => TOLD_IN_THE_CLEAR.has(edit)))(
  'who has no key finds what entries tell in the clear: %s',
  async (_edit, sql, _start, problems) => {
    await asAdministrator(sql);
    expect((await problemsFound([], {})).join('; ')).toMatch(problems);
  },
);

test.skipIf(!isThere)(
  'everything put back to what it genuinely was is found by a checkpoint that was kept',
  async () => {
    const log = await openIt();
    const kept = log.checkpoint();
    await log.close();
    await asAdministrator(restored(...TABLES));
    expect((await problemsFound([kept])).join('; ')).toMatch(/tail-cut/);
    await expect(openIt({ noted: [kept] })).rejects.toMatchObject({ code: 'log.corrupt' });
  },
);

test.skipIf(!isThere)(
  'a running process does not follow a log that was put back, nor sign beside it',
  async () => {
    const running = await openIt();
    await asAdministrator(restored(...TABLES));
    await expect(running.writer.append(openDraft('d'))).rejects.toMatchObject({ code: 'log.corrupt' });
    // Another process cannot know, and goes on from there: two histories, and the first process follows neither.
    const other = await openIt();
    const size = running.reader.size();
    for (let at = 0; other.reader.size() <= size; at += 1) await committed(other, openDraft(`other${at}`));
    // Without the changes between, the state is read whole, and is right: the tree alone tells.
    await asAdministrator('DELETE FROM changes');
    await expect(running.writer.append(openDraft('d'))).rejects.toMatchObject({ code: 'log.corrupt' });
    expect(() => running.state.kills()).toThrow(expect.objectContaining({ code: 'log.corrupt' }));
  },
);

test.skipIf(!isThere).each([
  [
    'a row taken out of it',
    `UPDATE changes SET rows = (SELECT json_agg(v)::text FROM json_array_elements(rows::json) AS v WHERE v->>0 <> 'kills') WHERE rows LIKE '%kills%'`,
    'kills',
  ],
  [
    'a row put into it',
    `UPDATE changes SET rows = overlay(rows placing '[["kills","","","[\\"agent\\",\\"x\\"]","[\\"agent\\",\\"x\\",{\\"hex\\":\\"\\"}]"],' from 1 for 1)`,
    'kills',
  ],
  ['no JSON', `UPDATE changes SET rows = 'x'`, 'state'],
] as const)('what processes follow is compared with its seal: %s', async (_edit, sql, table) => {
  const running = await openIt({ database: deaf });
  const other = await openIt();
  await committed(other, killDraft('unkill'));
  await asAdministrator(sql);
  await expect(running.writer.append(openDraft('d'))).rejects.toMatchObject({
    code: 'log.corrupt',
    data: { table },
  });
});

test.skipIf(!isThere).each([
  ['its chain broken', 'UPDATE changes SET since = since + 1'],
  ['all of it gone', 'DELETE FROM changes'],
])('where what processes follow cannot be followed, the state is read whole: %s', async (_edit, sql) => {
  const running = await openIt({ database: deaf });
  const other = await openIt();
  await committed(other, killDraft('unkill'));
  await asAdministrator(sql);
  await committed(running, openDraft('d'));
  expect(running.state.kills()).toEqual([]);
});

const deaf = { ...database, connect: async () => withoutNotifications(await database.connect()) };
