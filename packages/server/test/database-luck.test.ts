// `writ server start` over a PostgreSQL that refuses, goes away and comes back: it says what, why and what to do, keeps what it acknowledged, and goes on by itself.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { testServer } from '../../../scripts/testing/postgres-server.ts';
import { createTeam, firstSession, firstToken, killAll, mustRun, runServer, teamsOf } from './process.ts';

vi.setConfig({ testTimeout: 120_000 });
const database = await testServer({ isSynced: true });

let folder: string;
let schema: string;
let count = 0;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-database-'));
  count += 1;
  schema = `luck_${count}`;
});
afterEach(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});
afterAll(async () => {
  killAll();
  await database?.stop();
});

/** As the owner of the database. */
async function asOwner(...statements: readonly string[]): Promise<void> {
  const client = new pg.Client({ connectionString: database?.url });
  await client.connect();
  try {
    for (const statement of statements) await client.query(statement);
  } finally {
    await client.end();
  }
}

/** A role that may connect, and nothing else yet; its connection string. */
async function role(name: string): Promise<string> {
  await asOwner(`create role ${name} login password '${name}'`);
  return (database?.url ?? '').replace('writ:writ@', `${name}:${name}@`);
}

function configure(url: string): void {
  writeFileSync(join(folder, 'database.url'), `${url}\n`, { mode: 0o600 });
  writeFileSync(
    join(folder, 'writ-server.yaml'),
    `listen: 127.0.0.1:0\nlog: {postgres: {urlFile: database.url, schema: ${schema}}}\n`,
  );
}

describe.skipIf(database === undefined)('a role of the database', () => {
  test('without the right to make a schema is told so, and needs none once its owner made both', async () => {
    configure(await role('luck_weak'));
    expect(await runServer({ folder })).toMatchObject({
      code: 74,
      stdout: '',
      stderr: expect.stringMatching(/permission denied[^]*to do: the role must own the schema/),
    });
    await asOwner(`create schema ${schema} authorization luck_weak`);
    expect(await runServer({ folder })).toMatchObject({
      code: 74,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`${schema}_plane[^]*to do: .*right to make a schema`)),
    });
    await asOwner(`create schema ${schema}_plane authorization luck_weak`);
    expect(await (await mustRun({ folder })).end()).toBe(0);
  });

  test.each([
    [
      'a password that is not its own',
      (url: string) => url.replace(/:[^:@]+@/, ':wrong@'),
      'connection string',
    ],
    [
      'a database that is not there',
      (url: string) => url.replace(/\/[a-z]+$/, '/nowhere'),
      'make the database',
    ],
    ['a server that is not there', (url: string) => url.replace(/:\d+\//, ':1/'), 'start the server'],
  ])('with %s is told what to do', async (_why, change, remedy) => {
    configure(change(database?.url ?? ''));
    const ended = await runServer({ folder });
    expect(ended).toMatchObject({ code: 74, stdout: '', stderr: expect.stringContaining(`to do: `) });
    expect(ended).toMatchObject({ stderr: expect.stringContaining(remedy) });
    expect(JSON.stringify(ended)).not.toMatch(/writ:writ@|:wrong@/);
  });

  test('that loses its right to write refuses changes, reads on, and writes again once it has it', async () => {
    const url = await role('luck_reader');
    await asOwner('grant create on database postgres to luck_reader');
    configure(url);
    const server = await mustRun({ folder });
    const token = await firstToken(server);
    const make = async (name: string): Promise<number | undefined> =>
      (await createTeam(server.url, token, name))?.status;
    expect(await make('before')).toBe(201);
    await asOwner(`revoke insert on all tables in schema ${schema} from luck_reader`);
    expect(await make('meanwhile')).toBe(503);
    const read = (): Promise<readonly string[]> => teamsOf(server.url, token).catch(() => []);
    await expect.poll(read, { timeout: 30_000 }).toEqual(['before']);
    expect(server.stderr()).toMatch(/"level":"error".*permission denied/);
    await asOwner(`grant insert on all tables in schema ${schema} to luck_reader`);
    expect(await make('after')).toBe(201);
    expect(await teamsOf(server.url, token)).toEqual(['after', 'before']);
    expect(await server.end()).toBe(0);
  });
});

describe.skipIf(database?.crash === undefined)('a database that is started again', () => {
  test('while it serves costs answers that say so, no change, and nobody’s hands', async () => {
    configure(database?.url ?? '');
    const server = await mustRun({ folder });
    const browser = await firstSession(server);
    const { token } = await browser('/v1/api-tokens', { name: 'test', roles: ['admin'] });
    const made = await createTeam(server.url, String(token), 'before');
    expect(made?.status).toBe(201);
    await database?.crash?.(async () => {
      await expect.poll(async () => (await fetch(`${server.url}/readyz`)).status).toBe(503);
      expect((await fetch(`${server.url}/livez`)).status).toBe(200);
      const refused = await createTeam(server.url, String(token), 'meanwhile');
      expect(refused?.status).toBe(503);
      // By a cookie too, which stands in a table and not in the log: told as what passes, not as a defect.
      await expect(browser('/v1/api-tokens', { name: 'other', roles: ['admin'] })).rejects.toThrow(
        /server\.unavailable.*Idempotency-Key/,
      );
    });
    await expect
      .poll(async () => (await fetch(`${server.url}/readyz`)).status, { timeout: 30_000 })
      .toBe(200);
    // The same key: made now, or told that it was made.
    const again = await createTeam(server.url, String(token), 'meanwhile');
    expect([201, 409]).toContain(again?.status);
    expect(await teamsOf(server.url, String(token))).toEqual(['before', 'meanwhile']);
    expect(server.stderr()).not.toContain('server.fault');
    expect(await server.end()).toBe(0);
  });
});
