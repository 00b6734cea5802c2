/** What a reading of the metrics says of cases. */
import { expect, test } from 'vitest';
import { type StateRecord, systemRandom } from '@writ/core';
import { openCase } from '@writ/core/records';
import { fakeClock } from '@writ/core/testing';
import { watchCases } from './case-metrics.ts';
import { createMetrics, type Present } from './metrics.ts';

const PRESENT: Present = {
  sessions: { modern: 0, legacy: 0 },
  streams: 0,
  underWay: 0,
  connections: 0,
  refused: {},
  servers: new Map(),
  isReady: true,
};

function world(...values: readonly StateRecord[]) {
  const clock = fakeClock();
  let readings = 0;
  const records = (collection: string): readonly StateRecord[] => {
    if (collection === 'cases') readings += 1;
    return collection === 'cases' ? values : [];
  };
  return { clock, state: { records }, readings: () => readings };
}

async function textOf(cases: Present['cases']): Promise<readonly string[]> {
  const metrics = createMetrics({ version: '1.0.0', hasTools: false });
  metrics.watch(() => ({ ...PRESENT, ...(cases === undefined ? {} : { cases }) }));
  const { text } = await metrics.read();
  metrics.close();
  return text.split('\n');
}

function accessCase(clock: ReturnType<typeof fakeClock>): StateRecord {
  const { opened, draft } = openCase({ type: 'access', subject: ['ann'] }, { clock, random: systemRandom });
  const [effect] = draft.effects ?? [];
  if (effect?.type !== 'put_record') throw new Error('no record');
  return { key: opened.id, value: effect.value, index: 1 };
}

test('a reading says which cases are open and overdue, and until when the next is due, of nobody by name', async () => {
  const values: StateRecord[] = [];
  const { clock, state } = world();
  values.push(accessCase(clock));
  const read = watchCases({ records: (name) => (name === 'cases' ? values : state.records(name)) }, clock);
  clock.advance(31 * 86_400_000);
  const lines = await textOf(read());
  expect(lines).toEqual(
    expect.arrayContaining([
      'writ_cases_readable 1',
      'writ_cases_open{type="access"} 1',
      'writ_cases_open{type="breach"} 0',
      'writ_cases_overdue 1',
      'writ_cases_next_due_seconds{of="all"} -86400',
      'writ_erasures_deferred 0',
    ]),
  );
  expect(lines.join()).not.toContain('ann');
});

test('cases are opened at most once a minute, however often metrics are read', () => {
  const { clock, state, readings } = world();
  const read = watchCases(state, clock);
  for (let at = 0; at < 10; at += 1) read();
  expect(readings()).toBe(1);
  clock.advance(60_000);
  read();
  expect(readings()).toBe(2);
});

test('a record that cannot be read is told, and takes no other number away', async () => {
  const { clock, state } = world(
    { key: 'x', value: 7, index: 1 },
    { key: '01K0000000000000000000000C', value: 7, index: 2 },
  );
  const lines = await textOf(watchCases(state, clock)());
  expect(lines).toContain('writ_cases_readable 0');
  expect(lines).toContain('writ_ready 1');
});
