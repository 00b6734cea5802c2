/** A server without space, really: the tables lie on a small file system of their own. */
import { execFileSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { openPostgresLog, verifyPostgresLog } from '@writ/core/postgres';
import type { OpenLog } from '@writ/core';
import { committed, openDraft, outcomeDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '@writ/core/testing';
import { openPostgres } from '@writ/postgres';
import { postgresTests } from './tests.ts';

/** Whom the server runs as where we are root (scripts/testing/postgres-server.ts). */
const SERVER_USER = 'postgres';
const MOUNT = 'mount';
const UNMOUNT = 'umount';
const TABLESPACE = `writ_small_${process.pid}`;

const { database, url, newSchema, crash } = await postgresTests({ isSynced: true });

/** A file system of 24 MiB that the server may write to, or the reason why there is none. */
function smallDisk(): string | Error {
  const folder = mkdtempSync(join(tmpdir(), 'writ-disk-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  try {
    execFileSync(MOUNT, ['-t', 'tmpfs', '-o', 'size=24m', 'tmpfs', folder], { stdio: 'pipe' });
    onTestFinished(() => void execFileSync(UNMOUNT, ['-l', folder]));
    execFileSync('chown', [SERVER_USER, folder], { stdio: 'pipe' });
  } catch (cause) {
    return new Error('no file system can be mounted here', { cause });
  }
  return folder;
}

function fillDisk(folder: string): string {
  const filler = join(folder, 'filler');
  const file = openSync(filler, 'w');
  try {
    for (const size of [1024 * 1024, 4096]) {
      try {
        for (;;) writeSync(file, Buffer.alloc(size, 1));
      } catch (cause) {
        expect(cause).toMatchObject({ code: 'ENOSPC' });
      }
    }
  } finally {
    closeSync(file);
  }
  return filler;
}

async function asAdministrator(sql: string): Promise<void> {
  const session = await database.connect();
  try {
    await session.script(sql);
  } finally {
    await session.close();
  }
}

/** Appends decisions until one is refused; answers why. */
async function fillLog(log: OpenLog, acknowledged: number[]): Promise<unknown> {
  for (let at = 0; ; at += 1) {
    const words = `${at} ${'x'.repeat(64 * 1024)}`;
    try {
      const { index } = await committed(log, openDraft(`d${at}`, { committed: { words } }));
      acknowledged.push(index);
    } catch (fault) {
      return fault;
    }
  }
}

test('a server that is really full permits nothing, in no process, takes the outcomes of what was permitted, and goes on once there is space', async (context) => {
  if (crash === undefined) return context.skip('the server is not ours, or there is none');
  const disk = smallDisk();
  if (disk instanceof Error) return context.skip(`${disk.message}: the full server was not tested`);
  await asAdministrator(`CREATE TABLESPACE ${TABLESPACE} LOCATION '${disk}'`);
  const small = openPostgres({ url: `${url}?options=-c%20default_tablespace%3D${TABLESPACE}` });
  const schema = newSchema();
  onTestFinished(async () => {
    await asAdministrator(`DROP SCHEMA ${schema} CASCADE`);
    await asAdministrator(`DROP TABLESPACE ${TABLESPACE}`);
    await small.close();
  });
  const open = async (name: string): Promise<OpenLog> => {
    const log = await openPostgresLog({
      ...sampleLogIdentity(name),
      ...SAMPLE_LOG_KEYS,
      database: small,
      schema,
    });
    onTestFinished(() => log.close().catch(() => {}));
    return log;
  };
  const [log, other] = [await open('one'), await open('two')];
  const { index: first } = await committed(log, openDraft('first'));
  const filler = fillDisk(disk);
  const acknowledged = [first];
  expect(await fillLog(log, acknowledged)).toMatchObject({
    code: 'log.unavailable',
    message: expect.stringMatching(/No space left on device/) as string,
    data: { sqlstate: '53100', hint: expect.stringContaining('free some space') as string },
  });
  for (const index of acknowledged)
    await committed(log, { ...outcomeDraft(index), committed: { result: 'y'.repeat(1024) } });
  // What was kept for outcomes is given up by now, and the other process knows it too.
  for (const one of [log, other])
    await expect(one.writer.append(openDraft('more'))).rejects.toMatchObject({
      code: 'log.unavailable',
      message: expect.stringContaining('no space for an outcome') as string,
    });
  rmSync(filler);
  for (const one of [log, other]) acknowledged.push((await committed(one, openDraft('again'))).index);
  const dataKeys = { signingSeed: SAMPLE_LOG_KEYS.signingKey.seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
  expect(await verifyPostgresLog({ database, schema, keys: [log.verifierKey], dataKeys })).toMatchObject({
    ok: true,
    problems: [],
  });
  for (const index of acknowledged) expect(log.reader.entry(index).entry.kind).toBe('decision');
});
