/** A control plane for tests: over SQLite, or over a real PostgreSQL. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Clock, type JsonValue, openLog, type OpenLog } from '@writ/core';
import type { NoteSigner } from '@writ/core/proof';
import { openPostgresLog } from '@writ/core/postgres';
import { SAMPLE_LOG_KEYS, sampleLogIdentity, settableClock } from '@writ/core/testing';
import { openPool, openPostgres } from '@writ/postgres';
import type { Pool } from 'pg';
import { type TestServer, testServer } from '../../../scripts/testing/postgres-server.ts';
import type { Authenticator } from '../src/callers/index.ts';
import {
  type Api,
  authenticatorsOf,
  createApi,
  foundOrganisation,
  type IdentityProvider,
  openPlane,
  openPostgresTables,
  openSqliteTables,
  type Plane,
  type Route,
  ROUTES,
  type Site,
  type TableStore,
} from '../src/index.ts';
import type { Role } from '../src/authority/index.ts';
import { PEOPLE, type PersonRecord } from '../src/people/index.ts';
import { API_TOKENS, createSecret, tokenText } from '../src/tokens/index.ts';

/** Where the time of tests begins. */
export const START = 1_790_000_000_000;
export const PLANE_URL = 'https://plane.example.org';

/** Somebody with a token. */
export interface Someone {
  readonly id: string;
  readonly organisation: string;
  readonly token: string;
}

/** How a request is sent. */
export interface Sent {
  readonly as?: Someone | undefined;
  readonly body?: JsonValue | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** The entity tag for `If-Match`. */
  readonly match?: string | undefined;
  /** The idempotency key; default a new one. */
  readonly key?: string | undefined;
}

/** What came back; `body` is the JSON of it. */
export interface Came {
  readonly status: number;
  readonly headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- tests look into answers of every route
  readonly body: any;
}

/** A plane with its API, and people of two organisations. */
export interface World {
  readonly plane: Plane;
  readonly api: Api;
  readonly clock: Clock & { set(milliseconds: number): void };
  readonly organisation: string;
  /** A person of each role in the first organisation. */
  readonly people: Readonly<Record<Role, Someone>>;
  /** The administrator of another organisation. */
  readonly stranger: Someone;
  /** Adds a person of `organisation` with `roles` and a token. */
  addPerson(organisation: string, roles: readonly Role[], name?: string): Promise<Someone>;
  /** Makes the record of `who` another, whatever the routes would say to it. */
  changePerson(who: Pick<Someone, 'id' | 'organisation'>, change: Partial<PersonRecord>): Promise<void>;
  send(method: string, path: string, sent?: Sent): Promise<Came>;
  /** What failed on the server's side; a test that expects nothing looks that there is nothing. */
  readonly faults: readonly unknown[];
  close(): Promise<void>;
}

/** What to build it of. */
export interface WorldOptions {
  readonly routes?: readonly Route[];
  readonly authenticators?: (plane: Plane) => readonly Authenticator[];
  readonly url?: string;
  /** Where its time begins (default {@link START}). */
  readonly start?: number;
  readonly identityProviders?: readonly IdentityProvider[];
  /** A built web interface. */
  readonly site?: Site | 'none';
  /** Keys to mirror the logs of nodes with. */
  readonly mirrorSigners?: readonly NoteSigner[];
}

/** Kinds of stores under test: `postgres` is there where a server is. */
export type Store = 'sqlite' | 'postgres';

let server: Promise<TestServer | undefined> | undefined;
let schemas = 0;

/** The PostgreSQL server of this process; nothing, said aloud, where there is none. */
export function postgresServer(): Promise<TestServer | undefined> {
  server ??= testServer();
  return server;
}

/** Ends it; in `afterAll`. */
export async function stopServer(): Promise<void> {
  await (await server)?.stop();
  server = undefined;
}

/** Opens a world, or nothing where there is no PostgreSQL. */
export async function openWorld(store: Store, options: WorldOptions = {}): Promise<World | undefined> {
  const clock = settableClock(options.start ?? START);
  const parts = store === 'sqlite' ? await sqliteParts(clock) : await postgresParts(clock);
  if (parts === undefined) return undefined;
  const identity = sampleLogIdentity('plane');
  const plane = await openPlane({
    log: parts.log,
    tables: parts.tables,
    clock,
    random: identity.random,
    url: options.url ?? PLANE_URL,
    identityProviders: options.identityProviders ?? [],
    mirrorSigners: options.mirrorSigners ?? [],
  });
  const faults: unknown[] = [];
  const api = createApi({
    plane,
    authenticators: (options.authenticators ?? authenticatorsOf)(plane),
    routes: options.routes ?? ROUTES,
    version: '0.0.0',
    ...(options.site === undefined ? {} : { site: options.site }),
    onFault: (fault) => faults.push(fault),
  });
  const { organisation } = await foundOrganisation(plane, {
    name: 'Example',
    administrator: { name: 'Founder', email: 'founder@example.org' },
  });
  const other = await foundOrganisation(plane, { name: 'Other', administrator: { name: 'Stranger' } });
  const addPerson: World['addPerson'] = (of, roles, name = roles.join(' and ')) =>
    person(plane, of, roles, name);
  const people = {
    reader: await addPerson(organisation, ['reader']),
    writer: await addPerson(organisation, ['writer']),
    admin: await addPerson(organisation, ['admin']),
    auditor: await addPerson(organisation, ['auditor']),
  };
  return {
    plane,
    api,
    clock,
    organisation,
    people,
    stranger: await addPerson(other.organisation, ['admin'], 'stranger'),
    addPerson,
    faults,
    changePerson: (who, change) => changePerson(plane, who, change),
    send: (method, path, sent) => send(api, plane, method, path, sent),
    async close() {
      await parts.log.close();
      await parts.close();
    },
  };
}

let keys = 0;

async function send(api: Api, plane: Plane, method: string, path: string, sent: Sent = {}): Promise<Came> {
  const { as, body, headers = {}, match, key } = sent;
  keys += 1;
  const isChange = method !== 'GET';
  const response = await api.fetch(
    new Request(`${plane.url}${path}`, {
      method,
      headers: {
        ...(as === undefined ? {} : { authorization: `Bearer ${as.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(isChange ? { 'idempotency-key': key ?? `key-${keys}` } : {}),
        ...(match === undefined ? {} : { 'if-match': match }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    }),
  );
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text };
}

async function person(
  plane: Plane,
  organisation: string,
  roles: readonly Role[],
  name: string,
): Promise<Someone> {
  const [id, tokenId] = [plane.newId(), plane.newId()];
  const { secret, hash } = createSecret(plane.random);
  const now = plane.clock.now();
  await plane.changes.commit({
    action: 'people.create',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [
      plane.objects(organisation, PEOPLE).put(
        id,
        {
          name,
          email: `${id.toLowerCase()}@example.org`,
          roles,
          teams: [],
          groups: [],
          status: 'active',
          created: now,
        },
        null,
      ),
      plane
        .objects(organisation, API_TOKENS)
        .put(tokenId, { name, person: id, roles, hash, created: now, expires: now + 86_400_000 }, null),
    ],
  });
  return { id, organisation, token: tokenText(organisation, tokenId, secret) };
}

async function changePerson(
  plane: Plane,
  { organisation, id }: Pick<Someone, 'id' | 'organisation'>,
  change: Partial<PersonRecord>,
): Promise<void> {
  const people = plane.objects(organisation, PEOPLE);
  const person = people.get(id);
  if (person === undefined) throw new Error('there is no such person');
  const { id: _id, index, ...record } = person;
  await plane.changes.commit({
    action: 'people.change',
    object: id,
    organisation,
    actor: { kind: 'server', id: 'server', concerns: [] },
    effects: [people.put(id, { ...record, ...change }, index)],
  });
}

interface Parts {
  readonly log: OpenLog;
  readonly tables: TableStore;
  close(): Promise<void>;
}

async function sqliteParts(clock: Clock): Promise<Parts> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-plane-'));
  const log = await openLog({ ...sampleLogIdentity('plane'), ...SAMPLE_LOG_KEYS, clock, path: folder });
  const tables = openSqliteTables(join(folder, 'plane.db'));
  return {
    log,
    tables,
    async close() {
      await tables.database.destroy();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function postgresParts(clock: Clock): Promise<Parts | undefined> {
  const found = await postgresServer();
  if (found === undefined) return undefined;
  schemas += 1;
  const schema = `plane_${process.pid}_${schemas}`;
  const database = openPostgres({ url: found.url });
  const log = await openPostgresLog({
    ...sampleLogIdentity('plane'),
    ...SAMPLE_LOG_KEYS,
    clock,
    database,
    schema,
  });
  const pool: Pool = openPool(found.url, `${schema}_tables`);
  const tables = await openPostgresTables(pool, `${schema}_tables`);
  return {
    log,
    tables,
    async close() {
      await tables.database.destroy();
      await database.close();
    },
  };
}
