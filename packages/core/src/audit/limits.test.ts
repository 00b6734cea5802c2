/** Limits in both logs: the contract, its bounds, the end of a process, and rows that somebody edits. */
import { DatabaseSync } from 'node:sqlite';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import {
  type LimitAccount,
  type LimitReservation,
  MAX_LIMIT_KEYS,
  MAX_RESERVATIONS,
  type Outcome,
  OUTCOMES,
} from '../model/index.ts';
import {
  LIMIT_CONTRACT,
  openDraft,
  outcomeDraft,
  reservingDraft,
  SAMPLE_LOG_KEYS,
  sampleLogIdentity,
} from '../testing/index.ts';
import { createMemoryLog, DATABASE_FILE, openLog, type OpenLog } from './index.ts';
import { StateSealer } from './seal/index.ts';
import { STATE_TABLE_NAMES } from './store/index.ts';

function dataFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'writ-limits-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, '.writ');
}

const openAt = (path: string, name?: string): Promise<OpenLog> =>
  openLog({ ...sampleLogIdentity(name), ...SAMPLE_LOG_KEYS, path });
const inMemory = (): OpenLog => createMemoryLog({ ...sampleLogIdentity(), ...SAMPLE_LOG_KEYS });

const STORES: readonly (readonly [string, () => Promise<OpenLog>])[] = [
  ['memory', () => Promise.resolve(inMemory())],
  ['sqlite', () => openAt(dataFolder())],
];

describe.each(STORES)('limits in %s', (_name, open) => {
  test.each(LIMIT_CONTRACT.map((one) => [one.name, one] as const))('%s', async (_sentence, contract) => {
    const log = await open();
    try {
      await contract.run(log);
    } finally {
      await log.close();
    }
  });
});

const TOTAL: LimitAccount = { type: 'total', capacity: 10 };

/** One thing that happens: time passes, a call asks, or the oldest open call ends. */
type Step =
  | { readonly type: 'wait'; readonly ms: number }
  | { readonly type: 'call' }
  | { readonly type: 'end'; readonly outcome: Outcome };

const STEPS: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ type: fc.constant('wait' as const), ms: fc.integer({ min: -40, max: 80 }) }),
    fc.record({ type: fc.constant('call' as const) }),
    fc.record({ type: fc.constant('call' as const) }),
    fc.record({ type: fc.constant('end' as const), outcome: fc.constantFrom(...OUTCOMES) }),
  ),
  { maxLength: 60 },
);

/** A call that was let in. */
interface Taken {
  readonly index: number;
  readonly at: number;
  outcome?: Outcome;
}

/** Whether the calls let in are no more than `account` allows, told by definition and not by arithmetic. */
function isKept(account: LimitAccount, taken: readonly Taken[]): boolean {
  const counting = taken.filter(({ outcome }) => outcome !== 'not_performed');
  switch (account.type) {
    case 'held':
      return counting.filter(({ outcome }) => outcome === undefined).length <= account.capacity;
    case 'total':
      return counting.length <= account.capacity;
    case 'window':
      return counting.every(({ at }) => {
        const start = Math.floor(at / account.windowMs);
        const same = counting.filter((other) => Math.floor(other.at / account.windowMs) === start);
        return same.length <= account.capacity;
      });
    case 'bucket':
      return counting.every((first) =>
        counting.every((last) => {
          const between = counting.filter(({ at }) => at >= first.at && at <= last.at).length;
          const refilled = ((last.at - first.at) * account.refill) / account.perMs;
          return last.at < first.at || between <= account.capacity + refilled;
        }),
      );
    default:
      return account satisfies never;
  }
}

test.each<LimitAccount>([
  { type: 'bucket', capacity: 3, refill: 1, perMs: 50 },
  { type: 'window', capacity: 3, windowMs: 100 },
  { type: 'total', capacity: 5 },
  { type: 'held', capacity: 3 },
])('whatever happens in whatever order, what ran is within the limit: $type', async (account) => {
  await fc.assert(
    fc.asyncProperty(STEPS, async (steps) => {
      const log = inMemory();
      const taken: Taken[] = [];
      let now = 10_000;
      for (const [number, step] of steps.entries()) {
        const open = taken.find(({ outcome }) => outcome === undefined);
        if (step.type === 'wait') now += step.ms;
        else if (step.type === 'call') {
          const draft = reservingDraft(`d${number}`, account, 1, { time: now });
          const result = await log.writer.append(draft);
          if (result.status === 'committed') taken.push({ index: result.index, at: result.timeFloor });
        } else if (open !== undefined) {
          await log.writer.append({ ...outcomeDraft(open.index, step.outcome), time: now });
          open.outcome = step.outcome;
        }
      }
      expect(isKept(account, taken)).toBe(true);
    }),
  );
});

test('two logs over one folder take ten of ten between them', async () => {
  const path = dataFolder();
  const [one, two] = [await openAt(path, 'one'), await openAt(path, 'two')];
  const results = await Promise.all(
    Array.from({ length: 50 }, (_, at) =>
      (at % 2 === 0 ? one : two).writer.append(reservingDraft(`d${at}`, TOTAL)),
    ),
  );
  expect(results.filter(({ status }) => status === 'committed')).toHaveLength(10);
  for (const log of [one, two]) await log.close();
});

test('what was taken survives the end of the process', async () => {
  const path = dataFolder();
  const first = await openAt(path);
  await first.writer.append(reservingDraft('d', TOTAL, 7));
  await first.close();
  const second = await openAt(path);
  expect(second.state.limitUse('key-total')?.used).toBe(7);
  await second.close();
});

test.each([
  ['a used amount lowered', 'UPDATE limits SET used = 0', 'limits'],
  ['an account removed', 'DELETE FROM limits', 'limits'],
  ['a reservation removed', 'DELETE FROM reservations', 'reservations'],
  ['a reservation raised', 'UPDATE reservations SET amount = 9', 'reservations'],
])('%s is seen at the next start', async (_what, sql, table) => {
  const path = dataFolder();
  const log = await openAt(path);
  await log.writer.append(reservingDraft('d', TOTAL, 7));
  await log.close();
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  database.exec(sql);
  database.close();
  await expect(openAt(path)).rejects.toMatchObject({ code: 'log.corrupt', data: { table } });
});

describe('a log full of keys', () => {
  const reservation = (key: string, account: LimitAccount): LimitReservation => ({
    limit: 'test',
    key,
    measure: 'calls',
    account,
    amount: 1,
    enforced: true,
  });

  async function filled(account: LimitAccount): Promise<OpenLog> {
    const log = inMemory();
    for (let at = 0; at < MAX_LIMIT_KEYS; at += MAX_RESERVATIONS) {
      const count = Math.min(MAX_RESERVATIONS, MAX_LIMIT_KEYS - at);
      const reservations = Array.from({ length: count }, (_, more) => reservation(`k${at + more}`, account));
      const effects = [{ type: 'reserve_limits' as const, reservations }];
      await log.writer.append(openDraft(`d${at}`, { effects }));
    }
    return log;
  }

  test('refuses a new key and serves those it has', async () => {
    const log = await filled(TOTAL);
    expect(await log.writer.append(reservingDraft('new', TOTAL, 1, { key: 'new' }))).toStrictEqual({
      status: 'refused',
      refusal: 'limit_keys',
    });
    expect(await log.writer.append(reservingDraft('old', TOTAL, 1, { key: 'k5' }))).toMatchObject({
      status: 'committed',
    });
    const watched = reservingDraft('watched', TOTAL, 1, { key: 'new', enforced: false });
    expect(await log.writer.append(watched)).toMatchObject({ status: 'committed' });
    expect(log.state.limitUse('new')).toBeUndefined();
  });

  test('makes room by dropping those whose time is over', async () => {
    const log = await filled({ type: 'window', capacity: 10, windowMs: 500 });
    const late = reservingDraft('new', TOTAL, 1, { key: 'new', time: 10_000 });
    expect(await log.writer.append(late)).toMatchObject({ status: 'committed' });
    expect([log.state.limitUse('k0'), log.state.limitUse('new')?.used]).toStrictEqual([undefined, 1]);
  });
});

test('a folder of the schema before limits is opened and goes on', async () => {
  const path = dataFolder();
  const first = await openAt(path);
  await first.writer.append(openDraft('d'));
  await first.close();
  asSchema1(path);
  const second = await openAt(path);
  expect(await second.writer.append(reservingDraft('e', TOTAL, 10))).toMatchObject({ status: 'committed' });
  expect(await second.writer.append(reservingDraft('f', TOTAL))).toMatchObject({ status: 'refused' });
  await second.close();
  await (await openAt(path)).close();
});

/** Makes the folder what a Writ without limits would have left. */
function asSchema1(path: string): void {
  const database = new DatabaseSync(join(path, DATABASE_FILE));
  const tenants = database.prepare(
    "SELECT name FROM sqlite_schema WHERE type = 'table' AND name LIKE 'tenant%'",
  );
  const later = ['limits', 'reservations', 'records', ...tenants.all().map(({ name }) => String(name))];
  database.exec(`${later.map((name) => `DROP TABLE ${name};`).join('')} PRAGMA user_version = 1`);
  const head = database.prepare('SELECT * FROM head').get() ?? {};
  const at = {
    size: Number(head['size']),
    root: head['root'] as Uint8Array,
    timeFloor: Number(head['time_floor']),
    killEpoch: Number(head['kill_epoch']),
    witnessedSize: Number(head['witnessed_size']),
  };
  const sealer = new StateSealer(sampleLogIdentity().origin, SAMPLE_LOG_KEYS.signingKey.seed);
  const totals = sealer.open(head['state'] as Uint8Array, STATE_TABLE_NAMES, at);
  const names = STATE_TABLE_NAMES.filter((name) => !['limits', 'reservations', 'records'].includes(name));
  database.prepare('UPDATE head SET state = ?').run(sealer.close(totals, names, at));
  database.close();
}
