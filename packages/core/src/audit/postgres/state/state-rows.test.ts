/** Rows of a transaction over committed ones, against a plain map. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { StateSealer, StateTotals } from '../../seal/index.ts';
import { STATE_TABLE_NAMES } from '../../store/index.ts';
import { type StateRow, StateChanges, StateRows } from './index.ts';

const SEALER = new StateSealer('log.example/test', new Uint8Array(32).fill(7));

type Step =
  | { readonly type: 'put'; readonly key: number; readonly part: number; readonly value: number }
  | { readonly type: 'take'; readonly key: number; readonly part: number }
  | { readonly type: 'commit' }
  | { readonly type: 'clear' };

const SMALL = fc.integer({ min: 0, max: 3 });
const STEP: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({ type: fc.constant('put' as const), key: SMALL, part: SMALL, value: SMALL }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('take' as const), key: SMALL, part: SMALL }) },
  fc.record({ type: fc.constant('commit' as const) }),
  fc.record({ type: fc.constant('clear' as const) }),
);

const rowOf = (key: number, part: number, value: number): StateRow => [key, `k${part}`, 'terms', value, 0];
const sorted = (rows: Iterable<StateRow>): readonly string[] =>
  [...rows].map((row) => JSON.stringify(row)).sort();

/** The totals of rows that stand there from the start. */
function totalsOf(rows: Iterable<StateRow>): StateTotals {
  const totals = new StateTotals();
  for (const row of rows) totals.add('reservations', SEALER.row('reservations', row));
  return totals;
}

test('whatever is put, taken, committed and cleared, both halves say what a plain map says, and so do their totals', () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 40 }), (steps) => {
      const base = new StateRows();
      const changes = new StateChanges(base);
      let committed = new Map<string, StateRow>();
      let current = new Map<string, StateRow>();
      for (const step of steps) {
        switch (step.type) {
          case 'put':
            changes.put('reservations', rowOf(step.key, step.part, step.value));
            current.set(`${step.key}/${step.part}`, rowOf(step.key, step.part, step.value));
            break;
          case 'take': {
            const key = `${step.key}/${step.part}`;
            expect(changes.take('reservations', [step.key, `k${step.part}`])).toEqual(current.get(key));
            current.delete(key);
            break;
          }
          case 'commit':
            changes.commit(changes.totals(SEALER));
            committed = new Map(current);
            break;
          case 'clear':
            changes.clear();
            current = new Map(committed);
            break;
          default:
            step satisfies never;
        }
        expect(sorted(changes.all('reservations'))).toEqual(sorted(current.values()));
        expect(changes.count('reservations')).toBe(current.size);
        for (let key = 0; key <= 3; key += 1) {
          const own = [...current.values()].filter(([first]) => first === key);
          expect(sorted(changes.group('reservations', key))).toEqual(sorted(own));
        }
        expect(sorted(base.all('reservations'))).toEqual(sorted(committed.values()));
        expect(base.totals.hasSameRows(totalsOf(committed.values()), 'reservations')).toBe(true);
        expect(changes.totals(SEALER).toBytes(STATE_TABLE_NAMES)).toEqual(
          totalsOf(current.values()).toBytes(STATE_TABLE_NAMES),
        );
      }
    }),
  );
});

test('what another process changed leads to its rows', () => {
  fc.assert(
    fc.property(fc.array(STEP, { maxLength: 30 }), (steps) => {
      const [one, other] = [new StateRows(), new StateRows()];
      const [changes, followed] = [new StateChanges(one), new StateChanges(other)];
      for (const step of steps) {
        if (step.type === 'put') changes.put('reservations', rowOf(step.key, step.part, step.value));
        else if (step.type === 'take') changes.take('reservations', [step.key, `k${step.part}`]);
        else if (step.type === 'clear') changes.clear();
        else {
          for (const change of changes.changes()) followed.follow(change);
          changes.commit(changes.totals(SEALER));
          followed.commit(followed.totals(SEALER));
          expect(sorted(other.all('reservations'))).toEqual(sorted(one.all('reservations')));
          expect(other.totals.hasSameRows(one.totals, 'reservations')).toBe(true);
        }
      }
    }),
  );
});
