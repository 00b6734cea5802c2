/** Logs of several tenants in one data folder. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { onTestFinished } from 'vitest';
import {
  committed,
  killDraft,
  openDraft,
  outcomeDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
  sampleTenant,
} from '../../testing/index.ts';
import {
  DATABASE_FILE,
  type LogStore,
  type LogStoreOptions,
  type OpenLog,
  openLogStore,
  type StoredLogOptions,
  verifyFolder,
} from '../index.ts';

export function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-tenants-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

export function openStore(path: string, changes: Partial<LogStoreOptions> = {}): LogStore {
  const store = openLogStore({ ...sampleLogIdentity(), path, ...changes });
  // A log that its test broke cannot write its last entry either.
  onTestFinished(() => store.close().catch(() => {}));
  return store;
}

export const own: StoredLogOptions = { origin: 'log.example/own', tenant: 'own', ...SAMPLE_LOG_KEYS };

/** Logs `a` and `b` with entries, bodies and state, closed; the path. */
export async function twoTenants(path: string = dataFolder()): Promise<string> {
  const store = openStore(path);
  for (const name of ['a', 'b']) {
    const log = await store.open(sampleTenant(name));
    const decision = await committed(
      log,
      openDraft(`d-${name}`, { committed: { agent: name }, concerns: [name] }),
    );
    await committed(log, openDraft('second', { consumes: ['nonce'] }));
    await committed(log, outcomeDraft(decision.index));
    await committed(log, killDraft('kill'));
  }
  await store.close();
  return path;
}

const keyOf = (log: Pick<OpenLog, 'verifierKey'>): OpenLog['verifierKey'] => log.verifierKey;

/** The verifier key of a tenant, which follows from its name. */
export async function verifierKey(name: string): Promise<OpenLog['verifierKey']> {
  const store = openStore(dataFolder());
  const log = await store.open(sampleTenant(name));
  await store.close();
  return keyOf(log);
}

export async function verify(path: string, name: string): ReturnType<typeof verifyFolder> {
  const { signingKey, bodyKey } = sampleTenant(name);
  return verifyFolder(path, {
    tenant: name,
    keys: [await verifierKey(name)],
    dataKeys: { signingSeed: signingKey.seed, bodyKeys: [bodyKey] },
  });
}

export function edit(path: string, sql: string): void {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  database.exec(sql);
  database.close();
}

/** Transactions in the write-ahead log: frames that say how long the database is after them (sqlite.org/fileformat2.html, section 4.1). */
export function commitsIn(path: string): number {
  const bytes = readFileSync(join(path, `${DATABASE_FILE}-wal`));
  if (bytes.length === 0) return 0;
  const frame = 24 + bytes.readUInt32BE(8);
  let commits = 0;
  for (let at = 32; at + frame <= bytes.length; at += frame) {
    const isOfThisLog = bytes.subarray(at + 8, at + 16).equals(bytes.subarray(16, 24));
    if (isOfThisLog && bytes.readUInt32BE(at + 4) !== 0) commits += 1;
  }
  return commits;
}
