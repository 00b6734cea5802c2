// A control plane over SQLite or PostgreSQL, listening on loopback, with one writer: what benches of the server ask.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LOCAL_TENANT, openLog, type OpenLog, systemClock, systemRandom } from '@writ/core';
import { openPostgresLog } from '@writ/core/postgres';
import { openPool, openPostgres } from '@writ/postgres';
import { testServer } from '../scripts/testing/postgres-server.ts';
import {
  type Api,
  authenticatorsOf,
  createApi,
  foundOrganisation,
  listen,
  openPlane,
  openPostgresTables,
  openSqliteTables,
  type Plane,
  ROUTES,
  type TableStore,
} from '../packages/server/src/index.ts';
import { PEOPLE, SERVER } from '../packages/server/src/people/index.ts';
import { API_TOKENS, createSecret, tokenText } from '../packages/server/src/tokens/index.ts';

const DAY_MS = 86_400_000;

/** One that is open. */
export interface BenchPlane {
  readonly plane: Plane;
  readonly url: string;
  readonly organisation: string;
  /** Sends a change, and throws where it is refused. */
  post(path: string, body: object): Promise<{ readonly id: string }>;
  get(path: string): Promise<unknown>;
  readonly token: string;
  close(): Promise<void>;
}

/** Where log and tables are. */
export type BenchStore = 'sqlite' | 'postgres';

/** Opens one; over PostgreSQL nothing, said aloud, where there is no server. */
export async function openBenchPlane(store?: 'sqlite'): Promise<BenchPlane>;
export async function openBenchPlane(store: BenchStore): Promise<BenchPlane | undefined>;
export async function openBenchPlane(store: BenchStore = 'sqlite'): Promise<BenchPlane | undefined> {
  const stores = store === 'sqlite' ? await sqliteStores() : await postgresStores();
  if (stores === undefined) {
    console.error('no PostgreSQL to measure');
    return undefined;
  }
  const served: { api?: Api } = {};
  const listening = await listen({
    port: 0,
    fetch: (request) => served.api?.fetch(request) ?? new Response(null, { status: 503 }),
  });
  const { log, tables } = stores;
  const plane = await openPlane({
    log,
    tables,
    clock: systemClock,
    random: systemRandom,
    url: listening.url,
  });
  served.api = createApi({
    plane,
    authenticators: authenticatorsOf(plane),
    routes: ROUTES,
    version: '0.0.0',
    onFault: (fault) => console.error(fault),
  });
  const { organisation, token } = await foundWithToken(plane);
  let keys = 0;
  const send = async (path: string, body?: object): Promise<unknown> => {
    keys += 1;
    const ask = () =>
      fetch(`${listening.url}${path}`, {
        method: body === undefined ? 'GET' : 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          ...(body === undefined
            ? {}
            : { 'content-type': 'application/json', 'idempotency-key': `bench-${keys}` }),
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    // A connection that was idle may be closed just then; the key makes a second time harmless.
    const response = await ask().catch(ask);
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response.json();
  };
  return {
    plane,
    url: listening.url,
    organisation,
    token,
    post: (path, body) => send(path, body) as Promise<{ readonly id: string }>,
    get: (path) => send(path),
    async close() {
      await listening.close(0);
      await tables.database.destroy();
      await stores.close();
    },
  };
}

interface BenchStores {
  readonly log: OpenLog;
  readonly tables: TableStore;
  close(): Promise<void>;
}

function logIdentity(): Omit<Parameters<typeof openLog>[0], 'path'> {
  return {
    origin: 'bench.example/plane',
    tenant: LOCAL_TENANT,
    node: 'plane',
    softwareVersion: '0.0.0',
    signingKey: { seed: systemRandom.bytes(32) },
    bodyKey: { keyId: 'bench', key: systemRandom.bytes(32) },
    clock: systemClock,
    random: systemRandom,
  };
}

async function sqliteStores(): Promise<BenchStores> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-bench-'));
  const log = await openLog({ ...logIdentity(), path: folder });
  return {
    log,
    tables: openSqliteTables(join(folder, 'plane.db')),
    async close() {
      await log.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgresStores(): Promise<BenchStores | undefined> {
  const server = await testServer({ isSynced: true });
  if (server === undefined) return undefined;
  const database = openPostgres({ url: server.url });
  const log = await openPostgresLog({ ...logIdentity(), database, schema: 'bench_plane' });
  return {
    log,
    tables: await openPostgresTables(openPool(server.url, 'bench_tables'), 'bench_tables'),
    async close() {
      await log.close();
      await database.close();
      await server.stop();
    },
  };
}

async function foundWithToken(
  plane: Plane,
): Promise<{ readonly organisation: string; readonly token: string }> {
  const { organisation, administrator } = await foundOrganisation(plane, {
    name: 'Bench',
    administrator: { name: 'Ann' },
  });
  const people = plane.objects(organisation, PEOPLE);
  const ann = people.get(administrator);
  if (ann === undefined) throw new Error('nobody was founded');
  const { id: person, index, ...rest } = ann;
  const { secret, hash } = createSecret(plane.random);
  const [id, now] = [plane.newId(), plane.clock.now()];
  const token = {
    name: 'bench',
    person,
    roles: ['admin'] as const,
    hash,
    created: now,
    expires: now + DAY_MS,
  };
  await plane.changes.commit({
    action: 'api_tokens.create',
    object: id,
    organisation,
    actor: SERVER,
    effects: [
      people.put(person, { ...rest, status: 'active' }, index),
      plane.objects(organisation, API_TOKENS).put(id, token, null),
    ],
  });
  return { organisation, token: tokenText(organisation, id, secret) };
}
