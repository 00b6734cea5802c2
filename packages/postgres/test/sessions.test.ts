/** Sessions that are lost at the worst moments, that hang, and that others follow. */
import { expect, onTestFinished, test, vi } from 'vitest';
import {
  openPostgresLog,
  type PostgresLogOptions,
  type SqlConnection,
  type SqlDatabase,
  verifyPostgresLog,
} from '@writ/core/postgres';
import type { OpenLog } from '@writ/core';
import {
  committed,
  killDraft,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import { delegate, withoutNotifications } from './connections.ts';
import { fateOf, type Proxy, startProxy } from './proxy.ts';
import { postgresTests } from './tests.ts';

const { database, url, newSchema, isThere } = await postgresTests();

async function openIn(
  schema: string,
  name = 'node-1',
  changes: Partial<PostgresLogOptions> = {},
): Promise<OpenLog> {
  const keys = SAMPLE_LOG_KEYS;
  const log = await openPostgresLog({ ...sampleLogIdentity(name), ...keys, database, schema, ...changes });
  onTestFinished(() => log.close().catch(() => {}));
  return log;
}

/** A log whose session goes through a proxy. */
async function proxied(schema: string): Promise<{ readonly log: OpenLog; readonly proxy: Proxy }> {
  const proxy = await startProxy(url);
  const through = openPostgres({ url: proxy.url });
  const log = await openIn(schema, 'proxied', { database: { ...through, readNow: database.readNow } });
  return { log, proxy };
}

async function requireWhole(log: OpenLog, schema: string): Promise<void> {
  const report = await verifyPostgresLog({
    database,
    schema,
    keys: [log.verifierKey],
    dataKeys: { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] },
  });
  expect(report).toMatchObject({ ok: true, problems: [] });
}

test.skipIf(!isThere).each([
  ['before the batch is sent', 'FOR UPDATE', 'lose'],
  ['while the batch is on its way', '"kind":"decision"', 'lose'],
  ['after the batch, before COMMIT', 'COMMIT\0', 'lose'],
  ['after COMMIT, before its answer', 'COMMIT\0', 'lose_answer'],
] as const)(
  'a session lost %s leaves each entry in the log once, acknowledged',
  async (_when, text, fate) => {
    const schema = newSchema();
    const { log, proxy } = await proxied(schema);
    await committed(log, openDraft('before'));
    // What is prepared already is not sent again as text, so the statement's own message is meant.
    proxy.judge = fateOf(text.startsWith('WITH') ? 'writ_' : text, fate);
    const results = await Promise.all(['a', 'b', 'c'].map((digest) => committed(log, openDraft(digest))));
    expect(results.map(({ index }) => index)).toEqual([2, 3, 4]);
    proxy.judge = () => 'pass';
    await committed(log, openDraft('after'));
    expect(log.reader.size()).toBe(6);
    await requireWhole(log, schema);
  },
);

test.skipIf(!isThere)(
  'a decision written although its caller was told that this is not known is closed as not performed',
  async () => {
    const schema = newSchema();
    const { log, proxy } = await proxied(schema);
    proxy.judge = (sent) => {
      if (!sent.includes('COMMIT\0')) return 'pass';
      proxy.isClosed = true;
      return 'lose_answer';
    };
    await expect(log.writer.append(openDraft('lost'))).rejects.toMatchObject({ code: 'log.unavailable' });
    expect(() => log.state.kills()).toThrow(expect.objectContaining({ code: 'log.unavailable' }));
    proxy.isClosed = false;
    proxy.judge = () => 'pass';
    expect((await committed(log, openDraft('next'))).index).toBe(2);
    await vi.waitFor(() => expect(log.reader.size()).toBe(4));
    expect(log.reader.entry(1).entry.kind).toBe('decision');
    expect(log.reader.entry(3).entry).toMatchObject({ outcome: 'not_performed', decisionOf: 1 });
    expect(log.state.isUnresolved('lost')).toBe(false);
    await requireWhole(log, schema);
  },
);

test.skipIf(!isThere)(
  'what was not written because the server was out of reach is not in the log',
  async () => {
    const schema = newSchema();
    const { log, proxy } = await proxied(schema);
    proxy.judge = () => 'lose';
    proxy.isClosed = true;
    await expect(log.writer.append(openDraft('lost'))).rejects.toMatchObject({ code: 'log.unavailable' });
    proxy.isClosed = false;
    proxy.judge = () => 'pass';
    expect((await committed(log, openDraft('next'))).index).toBe(1);
    await requireWhole(log, schema);
  },
);

test.skipIf(!isThere)('who only reads comes back by itself once the server is in reach again', async () => {
  const schema = newSchema();
  const { log, proxy } = await proxied(schema);
  proxy.isClosed = true;
  proxy.judge = () => 'lose';
  await expect(log.writer.append(openDraft('lost'))).rejects.toMatchObject({ code: 'log.unavailable' });
  expect(() => log.state.kills()).toThrow(expect.objectContaining({ code: 'log.unavailable' }));
  proxy.isClosed = false;
  proxy.judge = () => 'pass';
  await vi.waitFor(() => expect(log.state.kills()).toEqual([]));
});

test.skipIf(!isThere)('a closed log opens no session again, whoever still reads its state', async () => {
  const { log, proxy } = await proxied(newSchema());
  proxy.isClosed = true;
  proxy.judge = () => 'lose';
  await expect(log.close()).rejects.toMatchObject({ code: 'log.unavailable' });
  proxy.isClosed = false;
  proxy.judge = () => 'pass';
  const before = proxy.connections;
  expect(() => log.state.kills()).toThrow(expect.objectContaining({ code: 'log.unavailable' }));
  await vi.waitFor(() =>
    expect(() => log.state.kills()).toThrow(expect.objectContaining({ code: 'log.closed' })),
  );
  expect(proxy.connections).toBe(before);
});

test('a server that is not there is a fault of the log, at the start and at each read', async () => {
  const nowhere = openPostgres({ url: 'postgres://writ@127.0.0.1:1/none' });
  onTestFinished(() => nowhere.close());
  const options = { ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, database: nowhere };
  await expect(openPostgresLog(options)).rejects.toMatchObject({ code: 'log.unavailable' });
  expect(() => nowhere.readNow('SELECT 1')).toThrow(expect.objectContaining({ code: 'log.unavailable' }));
  await nowhere.close();
  expect(() => nowhere.readNow('SELECT 1')).toThrow(expect.objectContaining({ code: 'log.closed' }));
});

test.skipIf(!isThere)('a kill in one process is seen in another that appends nothing', async () => {
  const schema = newSchema();
  const [one, two] = [await openIn(schema, 'one'), await openIn(schema, 'two')];
  await vi.waitFor(() => expect(one.reader.size()).toBe(2));
  const version = one.state.version();
  await committed(two, killDraft('kill'));
  await vi.waitFor(() =>
    expect(one.state.kills()).toEqual([{ scope: 'agent', id: 'bot', reason: 'manual' }]),
  );
  expect(one.state.version()).not.toBe(version);
  expect(one.state.epochs('main').killEpoch).toBe(1);
  const stale = { killEpoch: 0, policyScope: 'main', policyEpoch: 0 };
  expect(await one.writer.append(openDraft('d', { conditions: stale }))).toEqual({
    status: 'refused',
    refusal: 'kill_epoch',
  });
});

test.skipIf(!isThere)(
  'an entry judged under an epoch that another process has just raised is refused',
  async () => {
    const schema = newSchema();
    const deaf = { ...database, connect: async () => withoutNotifications(await database.connect()) };
    const one = await openIn(schema, 'one', { database: deaf });
    const two = await openIn(schema, 'two');
    await committed(two, killDraft('kill'));
    expect(one.state.kills()).toEqual([]);
    const conditions = { killEpoch: 0, policyScope: 'main', policyEpoch: 0 };
    expect(await one.writer.append(openDraft('d', { conditions }))).toMatchObject({ refusal: 'kill_epoch' });
    // The refusal brought what it knows with it.
    expect(one.state.kills()).toHaveLength(1);
  },
);

test.skipIf(!isThere)('decisions of a process that has its session stay open, whoever starts', async () => {
  const schema = newSchema();
  const one = await openIn(schema, 'one');
  const { index } = await committed(one, openDraft('d'));
  const two = await openIn(schema, 'two');
  expect(two.state.isUnresolved('d')).toBe(false);
  await committed(one, outcomeDraft(index));
});

test.skipIf(!isThere)(
  'a process that hangs with the lock in its hands loses it, and goes on when it wakes',
  async () => {
    const schema = newSchema();
    const gate = Promise.withResolvers<void>();
    const hanging: SqlDatabase = {
      ...database,
      connect: async () => withHeldWrites(await database.connect(), gate.promise),
    };
    const one = await openIn(schema, 'one', { database: hanging });
    isHeld = true;
    const held = committed(one, openDraft('held'));
    await vi.waitFor(() => expect(isHolding).toBe(true));
    const two = await openIn(schema, 'two');
    const { index } = await committed(two, openDraft('other'));
    isHeld = false;
    gate.resolve();
    expect((await held).index).toBeGreaterThan(index);
    await requireWhole(one, schema);
  },
);

let isHeld = false;
let isHolding = false;

function withHeldWrites(connection: SqlConnection, gate: Promise<void>): SqlConnection {
  return delegate(connection, {
    async query(text, values) {
      if (isHeld && text.startsWith('WITH')) {
        isHolding = true;
        await gate;
      }
      return connection.query(text, values);
    },
  });
}
