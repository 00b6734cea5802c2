/** A measured log hands everything on, and remembers how it went. */
import { expect, test } from 'vitest';
import { type EntryDraft, Fault, type FaultCode, type LogWriter } from '@writ/core';
import { createMetrics, meterLog } from './index.ts';

const DRAFT = {} as EntryDraft;
const COMMITTED = { status: 'committed', index: 3, receipt: 'o#3', timeFloor: 0 } as const;

function measured(append: LogWriter['append']) {
  let nowNs = 0n;
  const metrics = createMetrics({ version: '1', hasTools: false });
  const writer: LogWriter = { origin: 'o', append, close: () => Promise.resolve() };
  const clock = { monotonicNs: () => (nowNs += 1_000_000n) };
  return { metrics, ...meterLog(writer, metrics, clock) };
}

test('an append is handed on and answered as it was', async () => {
  const drafts: EntryDraft[] = [];
  const { writer, health, metrics } = measured((draft) => {
    drafts.push(draft);
    return Promise.resolve(COMMITTED);
  });
  expect(await writer.append(DRAFT)).toBe(COMMITTED);
  expect(drafts).toEqual([DRAFT]);
  expect(health()).toEqual({ wroteNs: 2_000_000n, fault: undefined });
  expect((await metrics.read()).text).toContain('writ_log_append_seconds_bucket{le="0.001"} 1');
  metrics.close();
});

test.each<[FaultCode, string | undefined]>([
  ['log.unavailable', 'log.unavailable'],
  ['log.corrupt', 'log.corrupt'],
  ['guard.overloaded', 'guard.overloaded'],
  ['entry.too-large', undefined],
])('a fault %s is thrown on, counted, and says of the log: %s', async (code, known) => {
  const { writer, health, metrics } = measured(() => Promise.reject(new Fault(code, 'simulated')));
  await expect(writer.append(DRAFT)).rejects.toMatchObject({ code });
  expect(health().fault).toBe(known);
  expect((await metrics.read()).text).toContain(`writ_log_append_failures_total{code="${code}"} 1`);
  metrics.close();
});
