/** What limits must do wherever their state is kept: one list of cases that each log runs. */
import assert from 'node:assert/strict';
import type { OpenLog } from '../audit/index.ts';
import {
  type EntryDraft,
  type LimitAccount,
  type LimitReservation,
  type LimitUsage,
  type Outcome,
  remainingOf,
} from '../model/index.ts';
import { committed, type LogCase } from './log-contract/index.ts';
import { openDraft, outcomeDraft } from './log-drafts.ts';

const TOTAL: LimitAccount = { type: 'total', capacity: 10 };
const BUCKET: LimitAccount = { type: 'bucket', capacity: 10, refill: 1, perMs: 100 };
const WINDOW: LimitAccount = { type: 'window', capacity: 10, windowMs: 1_000 };
const HELD: LimitAccount = { type: 'held', capacity: 10 };

/** A decision that takes `amount` of `account`. */
export function reservingDraft(
  digest: string,
  account: LimitAccount,
  amount: LimitReservation['amount'] = 1,
  changes: Partial<LimitReservation> & Partial<Pick<EntryDraft, 'time'>> = {},
): EntryDraft {
  const { time, ...rest } = changes;
  const reservation: LimitReservation = {
    limit: 'test',
    key: `key-${account.type}`,
    measure: 'calls',
    account,
    amount,
    enforced: true,
    ...rest,
  };
  return openDraft(digest, {
    ...(time === undefined ? {} : { time }),
    effects: [
      { type: 'open', digest },
      { type: 'reserve_limits', reservations: [reservation] },
    ],
  });
}

/** The outcome of `decisionOf` that says what was used. */
export function settlingDraft(decisionOf: number, outcome: Outcome, usage: LimitUsage): EntryDraft {
  return { ...outcomeDraft(decisionOf, outcome), effects: [{ type: 'settle_limits', usage }] };
}

function left(log: OpenLog, account: LimitAccount, now = log.state.timeFloor()): number {
  return remainingOf(account, log.state.limitUse(`key-${account.type}`), now);
}

async function refused(log: OpenLog, draft: EntryDraft): Promise<void> {
  assert.deepEqual(await log.writer.append(draft), { status: 'refused', refusal: 'limit_exceeded' });
}

/** The contract. */
export const LIMIT_CONTRACT: readonly LogCase[] = [
  ...[TOTAL, BUCKET, WINDOW, HELD].map(
    (account): LogCase => ({
      name: `fifty at once take ten of ten and no more: ${account.type}`,
      async run(log) {
        const results = await Promise.all(
          Array.from({ length: 50 }, (_, at) => log.writer.append(reservingDraft(`d${at}`, account))),
        );
        assert.equal(results.filter(({ status }) => status === 'committed').length, 10);
        for (const result of results)
          if (result.status === 'refused') assert.equal(result.refusal, 'limit_exceeded');
        assert.equal(left(log, account), 0);
      },
    }),
  ),
  {
    name: 'a refused entry takes nothing from any of its limits',
    async run(log) {
      const full: LimitReservation = {
        limit: 'full',
        key: 'full',
        measure: 'calls',
        account: { type: 'total', capacity: 0 },
        amount: 1,
        enforced: true,
      };
      const draft = reservingDraft('d', TOTAL, 3);
      const effects = (draft.effects ?? []).map((effect) =>
        effect.type === 'reserve_limits'
          ? { ...effect, reservations: [...effect.reservations, full] }
          : effect,
      );
      await refused(log, { ...draft, effects });
      assert.equal(left(log, TOTAL), 10);
    },
  },
  {
    name: 'what was not performed is given back whole, once',
    async run(log) {
      for (const account of [TOTAL, BUCKET, WINDOW, HELD]) {
        const { index } = await committed(log, reservingDraft('d', account, 4));
        assert.equal(left(log, account), 6);
        await committed(log, outcomeDraft(index, 'not_performed'));
        assert.equal(left(log, account), 10);
        const again = await log.writer.append(outcomeDraft(index, 'not_performed'));
        assert.deepEqual(again, { status: 'refused', refusal: 'not_open' });
        await committed(log, reservingDraft('e', account, 10));
        await refused(log, reservingDraft('f', account));
      }
    },
  },
  {
    name: 'an outcome settles what was used: less is given back, more is taken too, unknown keeps all',
    async run(log) {
      for (const [outcome, usage, remaining] of [
        ['performed', { tokens: 1 }, 9],
        ['failed', { tokens: 3 }, 6],
        ['withheld', { tokens: 5 }, 1],
      ] as const) {
        const { index } = await committed(log, reservingDraft(outcome, TOTAL, 1, { measure: 'tokens' }));
        await committed(log, settlingDraft(index, outcome, usage));
        assert.equal(left(log, TOTAL), remaining);
      }
      const { index } = await committed(log, reservingDraft('last', TOTAL, 1, { measure: 'tokens' }));
      await committed(log, settlingDraft(index, 'performed', { tokens: 1_000 }));
      assert.equal(left(log, TOTAL), 0);
    },
  },
  {
    name: 'a call that ran is a call, whatever is said that it used',
    async run(log) {
      const { index } = await committed(log, reservingDraft('d', TOTAL, 1));
      await committed(log, settlingDraft(index, 'performed', { calls: 0 }));
      assert.equal(left(log, TOTAL), 9);
    },
  },
  {
    name: 'an unknown outcome keeps what was reserved, and lets go of what is held at once',
    async run(log) {
      for (const [account, remaining] of [
        [TOTAL, 6],
        [BUCKET, 6],
        [WINDOW, 6],
        [HELD, 10],
      ] as const) {
        const { index } = await committed(log, reservingDraft('d', account, 4));
        await committed(log, settlingDraft(index, 'unknown', { calls: 0 }));
        assert.equal(left(log, account), remaining);
      }
    },
  },
  {
    name: 'what is held at once is free again after any outcome',
    async run(log) {
      for (const outcome of ['performed', 'failed', 'withheld', 'not_performed', 'unknown'] as const) {
        const { index } = await committed(log, reservingDraft(outcome, HELD, 10));
        await refused(log, reservingDraft('d', HELD));
        await committed(log, outcomeDraft(index, outcome));
        assert.equal(log.state.limitUse('key-held'), undefined);
      }
    },
  },
  {
    name: 'all that remains is taken where nobody knows what is needed, and nothing where nothing remains',
    async run(log) {
      await committed(log, reservingDraft('a', TOTAL, 3, { measure: 'tokens' }));
      const { index } = await committed(log, reservingDraft('b', TOTAL, 'rest', { measure: 'tokens' }));
      await refused(log, reservingDraft('c', TOTAL, 'rest', { measure: 'tokens' }));
      await committed(log, settlingDraft(index, 'performed', { tokens: 2 }));
      assert.equal(left(log, TOTAL), 5);
    },
  },
  {
    name: 'a clock that goes back gives nothing back, and one that goes on refills',
    async run(log) {
      for (const account of [BUCKET, WINDOW]) {
        await committed(log, reservingDraft('a', account, 10, { time: 100_000 }));
        await refused(log, reservingDraft('b', account, 1, { time: 1 }));
        await refused(log, reservingDraft('c', account, 1, { time: 0 }));
      }
      await committed(log, reservingDraft('d', BUCKET, 3, { time: 100_300 }));
      await refused(log, reservingDraft('e', BUCKET, 1, { time: 100_300 }));
      await committed(log, reservingDraft('f', WINDOW, 10, { time: 101_000 }));
      await refused(log, reservingDraft('g', WINDOW, 1, { time: 101_999 }));
    },
  },
  {
    name: 'what is only watched is counted past its end and refuses nothing',
    async run(log) {
      for (let at = 0; at < 12; at += 1)
        await committed(log, reservingDraft(`d${at}`, TOTAL, 1, { enforced: false }));
      assert.equal(left(log, TOTAL), 0);
      await refused(log, reservingDraft('e', TOTAL));
    },
  },
  {
    name: 'keys are counted apart',
    async run(log) {
      await committed(log, reservingDraft('a', TOTAL, 10));
      await committed(log, reservingDraft('b', TOTAL, 10, { key: 'another' }));
      await refused(log, reservingDraft('c', TOTAL));
    },
  },
];
