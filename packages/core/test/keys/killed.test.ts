/** Changes of keys whose process is killed in the middle of a transaction, in the log’s own thread too: whole or not at all, and run again they go on. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import {
  bodiesByKey,
  isStateSealed,
  openLog,
  type OpenLog,
  STEPS,
  successionOf,
  verifyFolder,
} from '@writ/core';
import {
  committed,
  killDraft,
  openDraft,
  SAMPLE_LOG_KEYS,
  sampleDraft,
  sampleLogIdentity,
} from '@writ/core/testing';
import { type ChangeTask, NEXT, NEXT_BODY_KEY, verifierKeyOf } from './change-task.ts';

const PROGRAM = fileURLToPath(new URL('./change-process.ts', import.meta.url));
const OLD = SAMPLE_LOG_KEYS.signingKey.seed;
const { origin } = sampleLogIdentity();
/** More deaths than a change can die, at which a test gives up. */
const MOST_DEATHS = 40;
/** Longest a test takes that starts dozens of processes, in milliseconds: on machines that are shared. */
const TIMEOUT_MS = 300_000;

let path: string;
beforeEach(() => {
  path = join(mkdtempSync(join(tmpdir(), 'writ-killed-')), '.writ');
});
afterEach(() => rmSync(join(path, '..'), { recursive: true, force: true }));

function open(name: string, seed: Uint8Array, ...overlapping: readonly Uint8Array[]): Promise<OpenLog> {
  return openLog({
    ...sampleLogIdentity(),
    ...SAMPLE_LOG_KEYS,
    path,
    origin: name,
    signingKey: { seed, overlapping },
  });
}

/** A log with state, which both keys signed. */
async function fill(): Promise<void> {
  const log = await open(origin, OLD, NEXT.seed);
  const labels = [{ type: 'join_labels' as const, session: 's', labels: ['pii'] }];
  await committed(log, openDraft('d', { effects: [{ type: 'open', digest: 'd' }, ...labels] }));
  await committed(log, killDraft('kill', 'gone wild'));
  await log.close();
}

/** Whether the process was killed; otherwise it was through. */
async function dies(task: Omit<ChangeTask, 'path'>): Promise<boolean> {
  const child = spawn(process.execPath, [PROGRAM, JSON.stringify({ ...task, path })], {
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
  if (code === 0) return false;
  expect(signal).toBe('SIGKILL');
  return true;
}

async function verified(name: string, seed: Uint8Array, folder = path): Promise<boolean> {
  const dataKeys = { signingSeed: seed, bodyKeys: [SAMPLE_LOG_KEYS.bodyKey] };
  const keys = [verifierKeyOf(name, seed)];
  return (await verifyFolder(folder, { keys, dataKeys })).ok;
}

const APPENDS = STEPS.filter((step) => step.startsWith('append/'));

test.each(APPENDS)('a log that is told of its next key, killed at %s, is told once or not', async (step) => {
  await fill();
  // The start is the first transaction, the entry that tells of the key the second.
  expect(await dies({ change: 'add', death: { step, after: 1 } })).toBe(true);
  const log = await open(origin, OLD, NEXT.seed);
  const told = Array.from({ length: log.reader.size() }, (_, index) => log.reader.entry(index).entry).filter(
    ({ kind }) => kind === 'key',
  );
  expect(told).toHaveLength(step === 'append/after-commit' ? 1 : 0);
  await log.close();
  expect([await verified(origin, OLD), isStateSealed({ path, origin }, OLD)]).toEqual([true, true]);
});

test(
  'a state that goes over to the next key, killed at each statement of the transaction, is sealed with one of both',
  async () => {
    await fill();
    for (let statement = 0; await dies({ change: 'reseal', death: { statement } }); statement += 1) {
      expect(statement).toBeLessThan(MOST_DEATHS);
      expect([isStateSealed({ path, origin }, OLD), isStateSealed({ path, origin }, NEXT.seed)]).toEqual([
        true,
        false,
      ]);
      if (statement === 0) await (await open(origin, OLD, NEXT.seed)).close();
    }
    expect(isStateSealed({ path, origin }, NEXT.seed)).toBe(true);
    expect(await verified(origin, NEXT.seed)).toBe(true);
  },
  TIMEOUT_MS,
);

test('a state that went over to the next key stays there, killed right after the commit', async () => {
  await fill();
  expect(await dies({ change: 'reseal', death: { statement: 'committed' } })).toBe(true);
  expect(await dies({ change: 'reseal', death: { statement: -1 } })).toBe(false);
  expect(await verified(origin, NEXT.seed)).toBe(true);
});

test.each(STEPS)(
  'a log that goes on, killed in its thread each time at %s, names its predecessor once and takes over everything',
  async (step) => {
    await fill();
    let deaths = 0;
    while (await dies({ change: 'succeed', death: { step, after: deaths } })) {
      deaths += 1;
      expect(deaths).toBeLessThan(MOST_DEATHS);
      await expect(open(NEXT.origin, NEXT.seed)).rejects.toThrow(/is being replaced/);
    }
    expect(deaths).toBeGreaterThan(0);
    expect(successionOf(path)).toBeUndefined();
    const log = await open(NEXT.origin, NEXT.seed);
    const said = Array.from(
      { length: log.reader.size() },
      (_, index) => log.reader.entry(index).entry,
    ).filter(({ kind }) => kind === 'key');
    expect(said).toEqual([
      expect.objectContaining({ key: expect.objectContaining({ action: 'succeed' }) as object }),
    ]);
    expect(log.state.kills()).toEqual([expect.objectContaining({ reason: 'gone wild' })]);
    expect(log.state.labels('s').labels).toEqual(['pii']);
    expect(log.state.isUnresolved('d')).toBe(true);
    await log.close();
    expect(await verified(NEXT.origin, NEXT.seed)).toBe(true);
  },
  TIMEOUT_MS,
);

/** Bodies of two transactions and a part. */
const BODIES = 600;

test(
  'bodies that are wrapped anew, killed among them and right after a commit, all open, and run again it goes on',
  async () => {
    const keys = [NEXT_BODY_KEY, SAMPLE_LOG_KEYS.bodyKey];
    const log = await open(origin, OLD);
    const words = { committed: { words: 'said' }, concerns: ['ann'] };
    const told = { action: 'wrap', keyId: NEXT_BODY_KEY.keyId, wrappedBy: 'test' } as const;
    await committed(log, sampleDraft({ kind: 'body_key', bodyKey: told }));
    await Promise.all(Array.from({ length: BODIES }, (_, at) => committed(log, openDraft(`d-${at}`, words))));
    await log.close();
    for (const statement of [0, 1, 255, 256, 257, 'committed', 88] as const) {
      expect(await dies({ change: 'rewrap', death: { statement } })).toBe(true);
      const counts = bodiesByKey({ path });
      expect([...counts.values()].reduce((sum, count) => sum + count, 0)).toBe(BODIES);
      const dataKeys = { signingSeed: OLD, bodyKeys: keys };
      expect((await verifyFolder(path, { keys: [verifierKeyOf(origin, OLD)], dataKeys })).problems).toEqual(
        [],
      );
    }
    expect(await dies({ change: 'rewrap', death: { statement: -1 } })).toBe(false);
    expect(bodiesByKey({ path })).toEqual(new Map([[NEXT_BODY_KEY.keyId, BODIES]]));
  },
  TIMEOUT_MS,
);
