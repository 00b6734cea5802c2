/** A log that nobody believes any more ends, and the one that goes on takes over what would permit something if it were left out. */
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  committed,
  killDraft,
  openDraft,
  outcomeDraft,
  reservingDraft,
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleHash,
  sampleLogIdentity,
} from '../../testing/index.ts';
import { createCheckpointKey } from '../tree/index.ts';
import {
  beginSuccession,
  type LogOptions,
  openLog,
  succeedLog,
  successionOf,
  verifyFolder,
} from '../index.ts';
import { takeLock } from '../store/index.ts';
import { setLogAside } from './set-aside.ts';

const NEXT = { origin: 'next.example/log', seed: new Uint8Array(32).fill(9) };

let root: string;
let path: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'writ-succeed-'));
  path = join(root, '.writ');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const former = (): LogOptions => ({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS, path });
const next = (): LogOptions => ({ ...former(), origin: NEXT.origin, signingKey: { seed: NEXT.seed } });

const TOTAL = { type: 'total', capacity: 10 } as const;
const HELD = { type: 'held', capacity: 2 } as const;

const HOLD_ID = '01K0000000000000000000000C';
const INDEXES_ID = '01K0000000000000000000000D';
const INDEXES = { scope: 'indexes', from: 0, to: 1_000, reason: 'matter 8', placed: 1 };
const HOLD = { scope: 'tenant', reason: 'matter of Ann', placed: 1 };

/** A log with something of all that is taken over, and something that is not. */
async function fill(): Promise<void> {
  const log = await openLog(former());
  const labels = [{ type: 'join_labels' as const, session: 's', labels: ['pii', 'secret'] }];
  await committed(log, openDraft('digest', { effects: [{ type: 'open', digest: 'digest' }, ...labels] }));
  const { index } = await committed(log, openDraft('cut off'));
  await committed(log, outcomeDraft(index, 'unknown'));
  await committed(log, reservingDraft('total', TOTAL, 7));
  await committed(log, reservingDraft('held', HELD, 1));
  await committed(log, killDraft('kill', 'gone wild'));
  const legalHold = { action: 'place', id: HOLD_ID, scope: 'tenant' } as const;
  const put = { type: 'put_record', collection: 'legal_holds', key: HOLD_ID, value: HOLD } as const;
  await committed(
    log,
    sampleDraft(
      { kind: 'legal_hold', legalHold },
      { effects: [put, { ...put, key: INDEXES_ID, value: INDEXES }] },
    ),
  );
  const policy = {
    policyHash: sampleHash('7'),
    schemaHash: sampleHash('8'),
    mode: 'strict',
    policyEpoch: 1,
  } as const;
  await committed(
    log,
    sampleDraft(
      { kind: 'policy', policy },
      {
        effects: ['policy-set:acme', 'files:x'].map((scope) => ({
          type: 'activate_policy' as const,
          scope,
          policyHash: sampleHash('7'),
        })),
      },
    ),
  );
  await log.close();
}

async function expectThrough(folder: string): Promise<void> {
  expect(successionOf(path)).toBeUndefined();
  const log = await openLog(next());
  const { entry } = log.reader.entry(1);
  expect(entry).toMatchObject({
    kind: 'key',
    key: { action: 'succeed', predecessor: { origin: sampleLogIdentity().origin } },
  });
  expect(log.state.kills()).toEqual([expect.objectContaining({ id: 'bot', reason: 'gone wild' })]);
  expect(log.state.epochs('policy-set:acme').policyHash).toBe(sampleHash('7'));
  expect(log.state.epochs('files:x').policyHash).toBeUndefined();
  expect(log.state.labels('s').labels).toEqual(['pii', 'secret']);
  expect(['digest', 'cut off', 'other'].map((digest) => log.state.isUnresolved(digest))).toEqual([
    true,
    true,
    false,
  ]);
  expect(['key-total', 'key-held'].map((key) => log.state.limitUse(key)?.used)).toEqual([7, undefined]);
  await expect(log.writer.append(reservingDraft('total', TOTAL, 4))).resolves.toMatchObject({
    refusal: 'limit_exceeded',
  });
  expect(log.state.record('legal_holds', HOLD_ID)?.value).toEqual(HOLD);
  const { origin: former } = sampleLogIdentity();
  expect(log.state.record('legal_holds', INDEXES_ID)?.value).toEqual({ ...INDEXES, log: former });
  const body = { index: 1, time: 1_000, tags: [], dropped: [] };
  const erasure = { cause: 'operator', destroyed: [], resealed: [], bodies: 1 } as const;
  await expect(
    log.writer.append(
      sampleDraft({ kind: 'erasure', erasure }, { effects: [{ type: 'erase', bodies: [body] }] }),
    ),
  ).resolves.toMatchObject({ refusal: 'legal_hold' });
  expect(JSON.stringify(log.reader.body(1))).not.toContain('Ann');
  await log.close();
  const keyOf = (origin: string, seed: Uint8Array) => createCheckpointKey(origin, seed).verifierKey;
  const old = keyOf(sampleLogIdentity().origin, SAMPLE_LOG_KEYS.signingKey.seed);
  expect((await verifyFolder(folder, { keys: [old] })).ok).toBe(true);
  expect((await verifyFolder(path, { keys: [keyOf(NEXT.origin, NEXT.seed)] })).ok).toBe(true);
  expect((await verifyFolder(path, { keys: [old] })).ok).toBe(false);
}

describe('a log that goes on', () => {
  test('names the one before, takes over what would permit something if it were left out, and leaves it readable', async () => {
    await fill();
    beginSuccession(path, NEXT.origin);
    expect(successionOf(path)).toBe(NEXT.origin);
    const { former: folder, predecessor, inherited } = await succeedLog(next());
    expect(predecessor).toMatchObject({ origin: sampleLogIdentity().origin, size: expect.any(Number) });
    expect([inherited.kills.length, inherited.versions.length]).toEqual([1, 1]);
    await expectThrough(folder);
  });

  test('takes over more than one entry holds, once', async () => {
    const log = await openLog(former());
    const digests = Array.from({ length: 1_100 }, (_, at) => `d${at}`);
    await Promise.all(digests.map((digest) => log.writer.append(openDraft(digest))));
    await log.close();
    beginSuccession(path, NEXT.origin);
    await succeedLog(next());
    const after = await openLog(next());
    const taken = [1, 2, 3].map((index) => after.reader.entry(index).entry.kind);
    expect(taken).toEqual(['key', 'key', 'stop']);
    expect(digests.every((digest) => after.state.isUnresolved(digest))).toBe(true);
    const { inherited } = after.reader.body(2)['fields'] as { inherited: readonly string[] };
    expect(inherited).toHaveLength(100);
    await after.close();
  });

  test('is not begun while a process uses the folder', async () => {
    await fill();
    const log = await openLog(former());
    beginSuccession(path, NEXT.origin);
    await expect(succeedLog(next())).rejects.toThrow(/a process uses the data folder/);
    await log.close();
    await expectThrough((await succeedLog(next())).former);
  });

  test('is begun where a process was killed', async () => {
    await fill();
    const boot = join(path, 'locks/01JZZZZZZZZZZZZZZZZZZZZZZZ');
    writeFileSync(boot, '');
    writeFileSync(`${boot}-journal`, new Uint8Array(512));
    beginSuccession(path, NEXT.origin);
    await expectThrough((await succeedLog(next())).former);
  });

  test('takes over what a process killed that ran when it was begun', async () => {
    await fill();
    const log = await openLog(former());
    beginSuccession(path, NEXT.origin);
    await expect(succeedLog(next())).rejects.toThrow(/a process uses the data folder/);
    const effect = { type: 'kill', scope: 'agent', id: 'late', reason: 'seen late' } as const;
    const kill = { action: 'kill', scope: 'agent', reason: 'manual', killEpoch: 2 } as const;
    await committed(log, sampleDraft({ kind: 'kill', kill }, { effects: [effect] }));
    await log.close();
    const { inherited } = await succeedLog(next());
    expect(inherited.kills.map(({ id }) => id)).toContain('late');
    const after = await openLog(next());
    expect(after.state.kills().map(({ id }) => id)).toContain('late');
    await after.close();
  });

  test('is not begun while a process has opened the log and not written yet', async () => {
    await fill();
    const lock = takeLock(path, '01JZZZZZZZZZZZZZZZZZZZZZZZ');
    beginSuccession(path, NEXT.origin);
    await expect(succeedLog(next())).rejects.toThrow(/a process uses the data folder/);
    lock.release();
    await expectThrough((await succeedLog(next())).former);
  });

  test('until it is through, no log is opened: what was denied could be permitted meanwhile', async () => {
    await fill();
    beginSuccession(path, NEXT.origin);
    await expect(openLog(former())).rejects.toThrow(/is being replaced/);
    await expect(openLog(next())).rejects.toThrow(/is being replaced/);
  });
});

describe('what was broken off goes on', () => {
  test('after the published files were moved', async () => {
    await fill();
    beginSuccession(path, NEXT.origin);
    rmSync(join(path, 'log'), { recursive: true });
    const { former: folder } = await succeedLog(next());
    await expectThrough(folder);
  });

  test('after some of the next log was signed, which is signed once', async () => {
    await fill();
    beginSuccession(path, NEXT.origin);
    const begun = await openLog({ ...next(), path: join(path, 'successor') });
    const first = begun.reader.entry(0).bytes;
    await begun.close();
    const { former: folder } = await succeedLog(next());
    const log = await openLog(next());
    expect(log.reader.entry(0).bytes).toEqual(first);
    expect(log.state.kills()).toHaveLength(1);
    await log.close();
    expect(folder).toContain('former');
  });

  test('with the end of it in one step: half a folder is no succession', async () => {
    await fill();
    beginSuccession(path, NEXT.origin);
    await succeedLog(next());
    mkdirSync(join(path, 'successor.done'));
    writeFileSync(join(path, 'successor.done/complete'), '');
    await (await openLog(next())).close();
    beginSuccession(path, 'third.example/log');
    expect(existsSync(join(path, 'successor.done'))).toBe(false);
  });

  test('after the former log was moved', async () => {
    await fill();
    beginSuccession(path, NEXT.origin);
    const name = 'begun';
    mkdirSync(join(path, 'successor', name));
    setLogAside(path, join(path, 'former', name));
    const { former: folder } = await succeedLog(next());
    expect(folder).toBe(join(path, 'former', name));
    await expectThrough(folder);
  });

  test('after the next log was put in its place', async () => {
    await fill();
    beginSuccession(path, NEXT.origin);
    const { former: folder } = await succeedLog(next());
    beginSuccession(path, NEXT.origin);
    mkdirSync(join(path, 'successor', basename(folder)));
    writeFileSync(join(path, 'successor/complete'), '');
    expect((await succeedLog(next())).former).toBe(folder);
    await expectThrough(folder);
  });
});
