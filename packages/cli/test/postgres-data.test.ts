// `writ data` with the log in PostgreSQL: a real server, each `writ` a process.
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { openPostgres } from '@writ/postgres';
import { testServer } from '../../../scripts/testing/postgres-server.ts';
import { type Finished, Scratch } from './harness.ts';

const ANN = 'ann.smith@example.com';
/** Longest one test takes, in milliseconds: each starts a dozen processes, on machines that are shared. */
const TIMEOUT_MS = 240_000;
vi.setConfig({ testTimeout: TIMEOUT_MS });
const server = await testServer();
const url = server?.url ?? 'postgres://127.0.0.1:1/none';
const database = openPostgres({ url });

let made: Scratch;
let scratch: Scratch;
let schema: string;
const schemas: string[] = [];

beforeAll(() => {
  made = new Scratch();
  made.mustInit('--trust');
});
afterAll(async () => {
  await made.remove();
  if (server !== undefined) {
    const session = await database.connect();
    for (const name of schemas) await session.script(`DROP SCHEMA IF EXISTS ${name} CASCADE`);
    await session.close();
  }
  await database.close();
  await server?.stop();
});
beforeEach(() => {
  scratch = made.copy();
  chmodSync(scratch.path('.writ/keys'), 0o700);
  schema = `writ_data_${process.pid}_${schemas.length}`;
  schemas.push(schema);
  writeFileSync(scratch.path('postgres.url'), `${url}\n`, { mode: 0o600 });
  const log = `log:\n  postgres:\n    urlFile: postgres.url\n    schema: ${schema}\n`;
  scratch.write('writ.yaml', `${made.read('writ.yaml')}\n${log}`);
});
afterEach(() => scratch.remove());

const json = (finished: Finished): Record<string, unknown> =>
  JSON.parse(finished.stdout) as Record<string, unknown>;
const erase = (): Finished => scratch.run('data', 'erase', '--subject', ANN, '--yes', '--json');

/** A log in which two people are. */
function world(): void {
  for (const person of [ANN, 'bob@example.com'])
    expect(scratch.run('token', 'create', '--agent', 'ci', '--person', person).status).toBe(0);
}

describe.skipIf(server === undefined)('personal data of a log in PostgreSQL', () => {
  test('is held, erased at release, gone from the files of the server, and handed out before', async () => {
    world();
    expect(scratch.run('data', 'export', '--subject', ANN, '--out', scratch.path('ann.json'))).toMatchObject({
      status: 0,
    });
    expect(readFileSync(scratch.path('ann.json'), 'utf8')).toContain(ANN);
    const target = ['--scope', 'subject', '--subject', ANN, '--reason', 'matter 7'];
    const { id } = scratch.json('data', 'hold', 'place', ...target) as { id: string };
    const deferred = erase();
    expect(deferred.status).toBe(1);
    expect(json(deferred)).toMatchObject({ erasures: [{ status: 'deferred', held: [{ id }] }] });
    const released = scratch.json('data', 'hold', 'release', id, '--reason', 'settled');
    expect(released).toMatchObject({ erasures: [{ status: 'done' }], purged: true, left: [] });
    const again = erase();
    expect(json(again)).toMatchObject({ erasures: [{ status: 'done', destroyed: 0 }], purged: true });
    expect(again.status).toBe(0);
    expect(scratch.json('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({
      ok: true,
      problems: [],
    });
    expect(scratch.json('data', 'hold', 'list')).toEqual({ holds: [], deferred: [] });
  });

  test('is erased, and not said to be gone while somebody still looks at it', async () => {
    world();
    const watcher = await database.connect();
    await watcher.script(`BEGIN ISOLATION LEVEL REPEATABLE READ; SELECT count(*) FROM ${schema}.head`);
    const watched = erase();
    expect(watched.status).toBe(1);
    expect(json(watched)).toMatchObject({ erasures: [{ status: 'done' }], purged: false });
    expect(watched.stdout).toContain('1 sessions or replication slots began before');
    await watcher.close();
    expect(json(erase())).toMatchObject({ purged: true, left: [] });
  });

  test('is asked for in cases, which hand out, close with the erasure, and name nobody in any row afterwards', async () => {
    world();
    const opened = (type: string): string => {
      const { id } = scratch.json('case', 'open', type, '--subject', ANN) as { id: string };
      expect(scratch.run('case', 'step', id, 'identity_verified').status).toBe(0);
      return id;
    };
    const access = opened('access');
    expect(scratch.json('case', 'run', access, '--out', 'out')).toMatchObject({ did: 'exported' });
    expect(scratch.read('out/data.json')).toContain(ANN);
    expect(scratch.json('case', 'close', access, 'done')).toMatchObject({ status: 'closed' });
    const restriction = opened('restriction');
    expect(scratch.json('case', 'run', restriction)).toMatchObject({ did: 'restricted' });
    const id = opened('erasure');
    const named = await caseRows();
    expect(named).toHaveLength(3);
    expect(await changesWith(named)).toBeGreaterThan(0);
    expect(scratch.json('case', 'run', id, '--yes')).toMatchObject({ did: 'erased', status: 'in_progress' });
    expect(scratch.json('case', 'close', id, 'done')).toMatchObject({ status: 'closed' });
    expect(scratch.run('case', 'export', '--subject', 'named').stdout).not.toContain('ann.smith');
    expect(await changesWith(named)).toBe(0);
    expect(await caseRows()).not.toEqual(expect.arrayContaining([named[0]]));
    expect(scratch.json('log', 'verify', '.writ', '--data-keys', '.writ')).toMatchObject({
      ok: true,
      problems: [],
    });
    expect(scratch.run('case', 'step', id, 'note').stderr).toContain('is closed');
  });

  test('of an erasure that a hold defers waits in its case, and the release closes it', () => {
    world();
    const target = ['--scope', 'subject', '--subject', ANN, '--reason', 'matter 7'];
    const { id: hold } = scratch.json('data', 'hold', 'place', ...target) as { id: string };
    const { id } = scratch.json('case', 'open', 'erasure', '--subject', ANN) as { id: string };
    scratch.run('case', 'step', id, 'identity_verified');
    const run = scratch.run('case', 'run', id, '--yes', '--json');
    expect(run.status).toBe(1);
    expect(json(run)).toMatchObject({ did: 'deferred', holds: [hold] });
    expect(scratch.run('data', 'hold', 'release', hold, '--reason', 'settled').status).toBe(0);
    expect(scratch.json('case', 'show', id)).toMatchObject({
      status: 'closed',
      outcome: 'done',
      subject: [],
    });
  });
});

/** The encrypted values of cases, as the rows of the state have them, in hexadecimal. */
async function caseRows(): Promise<readonly string[]> {
  const session = await database.connect();
  try {
    const { rows } = await session.query(
      `SELECT substring(row FROM '"hex":"([0-9a-f]+)"') AS hex FROM ${schema}.state WHERE name = 'records' AND row LIKE '%"cases"%'`,
    );
    return rows.map((row) => String(row['hex']));
  } finally {
    await session.close();
  }
}

/** How many rows of what changed have one of `values` in them. */
async function changesWith(values: readonly string[]): Promise<number> {
  const session = await database.connect();
  try {
    const { rows } = await session.query(
      `SELECT count(*) AS count FROM ${schema}.changes WHERE rows LIKE ANY($1::text[])`,
      [values.map((value) => `%${value}%`)],
    );
    return Number(rows[0]?.['count']);
  } finally {
    await session.close();
  }
}
