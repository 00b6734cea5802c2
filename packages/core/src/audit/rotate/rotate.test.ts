/** Keys change by overlap: whoever knows one of them can verify, and the state beside the log goes over to the next whole or not at all. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { committed, killDraft, openDraft, SAMPLE_LOG_KEYS, sampleLogIdentity } from '../../testing/index.ts';
import { createCheckpointKey } from '../tree/index.ts';
import { isStateSealed, openLog, type OpenLog, resealState, verifyFolder } from '../index.ts';

const { origin } = sampleLogIdentity();
const OLD = SAMPLE_LOG_KEYS.signingKey.seed;
const NEXT = new Uint8Array(32).fill(9);

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'writ-rotate-')), '.writ');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

const open = (seed: Uint8Array, ...overlapping: readonly Uint8Array[]): Promise<OpenLog> =>
  openLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path, signingKey: { seed, overlapping } });
const verified = async (seed: Uint8Array): Promise<boolean> =>
  (await verifyFolder(path, { keys: [createCheckpointKey(origin, seed).verifierKey] })).ok;
const reseal = (): void => resealState({ path, origin, from: OLD, to: NEXT });

async function fill(log: OpenLog, reason: string): Promise<void> {
  await committed(log, openDraft(`digest-${reason}`));
  await committed(log, killDraft('kill', reason));
  await log.close();
}

async function overlap(): Promise<void> {
  await fill(await open(OLD), 'before');
  await fill(await open(OLD, NEXT), 'meanwhile');
}

describe('while keys overlap', () => {
  test('either of them verifies, and before it only the one that was there', async () => {
    await fill(await open(OLD), 'before');
    expect([await verified(OLD), await verified(NEXT)]).toEqual([true, false]);
    await fill(await open(OLD, NEXT), 'meanwhile');
    expect([await verified(OLD), await verified(NEXT)]).toEqual([true, true]);
  });
});

describe('the state goes over to the next key', () => {
  test('with everything in it, and the old key opens the log no more', async () => {
    await overlap();
    expect(isStateSealed({ path, origin }, NEXT)).toBe(false);
    reseal();
    expect(isStateSealed({ path, origin }, NEXT)).toBe(true);
    const log = await open(NEXT);
    expect(log.state.kills()).toEqual([expect.objectContaining({ reason: 'meanwhile' })]);
    await fill(log, 'after');
    expect([await verified(OLD), await verified(NEXT)]).toEqual([false, true]);
    await expect(open(OLD)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:log|note)\./) });
  });

  test('and where the key has not followed, opening says what to do', async () => {
    await overlap();
    reseal();
    await expect(open(OLD, NEXT)).rejects.toMatchObject({
      code: 'log.conflict',
      data: { hint: expect.stringContaining('writ key retire') as string },
    });
  });

  test('once: again changes nothing', async () => {
    await overlap();
    reseal();
    reseal();
    await (await open(NEXT)).close();
  });

  test('not before the next key signed the newest checkpoint', async () => {
    await fill(await open(OLD), 'before');
    expect(reseal).toThrow(/the next key did not sign the newest checkpoint/);
    await (await open(OLD)).close();
  });

  test('not while a process uses the folder', async () => {
    await overlap();
    const log = await open(OLD, NEXT);
    expect(reseal).toThrow(/a process uses the data folder/);
    await log.close();
    reseal();
  });

  test.each([
    ['a row that was edited', "UPDATE kills SET id = 'other'"],
    ['a row that was taken out', 'DELETE FROM kills'],
    ['a head that was edited', 'UPDATE head SET kill_epoch = kill_epoch + 1'],
  ])('not over %s', async (_what, sql) => {
    await overlap();
    const database = new DatabaseSync(join(path, 'writ.db'));
    database.exec(sql);
    database.close();
    expect(reseal).toThrow(expect.objectContaining({ code: 'log.corrupt' }));
    expect(isStateSealed({ path, origin }, NEXT)).toBe(false);
  });
});
