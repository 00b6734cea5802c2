// Servers that start for the first time at the same moment over one empty PostgreSQL: in one data folder, and on hosts of their own with the same keys.
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { KEYS_FOLDER, openDataKeys, systemClock, systemRandom } from '@writ/core';
import { openTenantKeys } from '@writ/gateway';
import { openPool } from '@writ/postgres';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { migrate, openPostgresTables } from '../src/tables/index.ts';
import { firstToken, killAll, mustRun, type ServerProcess } from './process.ts';
import { postgresServer, stopServer } from './world.ts';

const TIMEOUT_MS = 240_000;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'writ-first-start-'));
});
afterEach(() => {
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
});
afterAll(stopServer);

const start = (own: string): Promise<ServerProcess> => mustRun({ folder: own, args: [] });

/** The folder that a server is started in. */
function place(name: string, url: string, schema: string): string {
  const own = join(folder, name);
  mkdirSync(own);
  writeFileSync(join(own, 'database.url'), `${url}\n`, { mode: 0o600 });
  const text = `listen: 127.0.0.1:0\nlog: {postgres: {urlFile: database.url, schema: ${schema}}}\n`;
  writeFileSync(join(own, 'writ-server.yaml'), text);
  return own;
}

/** Gives hosts the same keys, before anything was started. */
async function shareKeys([first = '', ...others]: readonly string[]): Promise<void> {
  const data = join(first, '.writ-server');
  mkdirSync(data, { mode: 0o700 });
  const { node } = openDataKeys(data, { create: true, clock: systemClock, random: systemRandom });
  await openTenantKeys({ data, node }, { environment: {} });
  for (const own of others) {
    const copy = join(own, '.writ-server', KEYS_FOLDER);
    mkdirSync(copy, { recursive: true });
    cpSync(join(data, KEYS_FOLDER), copy, { recursive: true });
    for (const path of [join(own, '.writ-server'), copy]) chmodSync(path, 0o700);
  }
}

/** What holds of servers that started at once. */
async function expectOnePlane(servers: readonly ServerProcess[]): Promise<void> {
  const tokens = await Promise.allSettled(
    servers.filter(({ first_link }) => first_link !== undefined).map((server) => firstToken(server)),
  );
  const good = tokens.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(good).toHaveLength(1);
  for (const { url } of servers) {
    const people = async (): Promise<unknown> => {
      const headers = { authorization: `Bearer ${good[0]}` };
      const response = await fetch(`${url}/v1/people`, { headers });
      return ((await response.json()) as { items?: readonly { status: string }[] }).items?.map(
        ({ status }) => status,
      );
    };
    // One organisation, which the token is of, with one administrator; known to all.
    await expect.poll(people, { timeout: 20_000 }).toEqual(['active']);
  }
}

test('many that make the tables of an empty PostgreSQL at once make them once', async (context) => {
  const found = await postgresServer();
  if (found === undefined) return context.skip('no PostgreSQL');
  for (const round of [1, 2, 3, 4]) {
    const schema = `first_tables_${round}`;
    const open = async (): Promise<void> => {
      const tables = await openPostgresTables(openPool(found.url, schema), schema);
      try {
        await migrate(tables);
      } finally {
        await tables.database.destroy();
      }
    };
    await expect(Promise.all(Array.from({ length: 8 }, open))).resolves.toHaveLength(8);
  }
});

test(
  'two servers in one data folder are one control plane, with one way in',
  async (context) => {
    const found = await postgresServer();
    if (found === undefined) return context.skip('no PostgreSQL');
    const own = place('one', found.url, 'first_folder');
    await expectOnePlane(await Promise.all([start(own), start(own)]));
  },
  TIMEOUT_MS,
);

test(
  'three servers on hosts of their own are one control plane, with one way in',
  async (context) => {
    const found = await postgresServer();
    if (found === undefined) return context.skip('no PostgreSQL');
    const hosts = ['a', 'b', 'c'].map((name) => place(name, found.url, 'first_hosts'));
    await shareKeys(hosts);
    await expectOnePlane(await Promise.all(hosts.map(start)));
  },
  TIMEOUT_MS,
);
