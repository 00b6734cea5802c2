/** Two accounts of the same calls: what one has and the other lacks is named, and nothing else. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AccessRecord } from './access-record.ts';
import { readCombined, readJsonLines, readOtlpSpans, reconcile, type RecordedCall } from './index.ts';

const call = (index: number, from: number, rest: Partial<RecordedCall> = {}): RecordedCall => ({
  index,
  receipt: `log#${index}`,
  tool: 'pay',
  from,
  to: from + 10,
  outcome: 'performed',
  correlations: [`log#${index}`],
  ...rest,
});
const served = (line: number, time: number, rest: Partial<AccessRecord> = {}): AccessRecord => ({
  line,
  time,
  tool: 'pay',
  text: '',
  ...rest,
});

describe('reconciling', () => {
  test('pairs what both have, and names what one lacks', () => {
    const found = reconcile(
      [call(1, 100), call(2, 200), call(3, 300, { outcome: 'unknown' })],
      [served(1, 105), served(2, 900)],
      5,
    );
    expect(found).toMatchObject({ matched: 1, certain: 0 });
    expect(found.notLogged.map(({ line }) => line)).toEqual([2]);
    expect(found.notServed.map(({ index }) => index)).toEqual([2]);
    expect(found.unknownNotServed.map(({ index }) => index)).toEqual([3]);
  });

  test('says of a call of unknown end that the server served it, and gives it what no call of known end can have', () => {
    const open = call(1, 100, { outcome: 'open', to: 9_999 });
    const found = reconcile([open, call(2, 200)], [served(1, 205), served(2, 8_000)], 5);
    expect(found).toMatchObject({ matched: 2, notLogged: [], notServed: [], unknownNotServed: [] });
    expect(found.unknownServed).toEqual([open]);
    expect(reconcile([open, call(2, 200)], [served(1, 205)], 5)).toMatchObject({
      matched: 1,
      unknownServed: [],
      unknownNotServed: [open],
    });
  });

  test('a trace or a receipt is believed before the time is', () => {
    const trace = 'a'.repeat(32);
    const found = reconcile(
      [call(1, 100, { correlations: ['log#1', trace] }), call(2, 100)],
      [served(1, 9_000, { correlation: trace }), served(2, 9_000, { correlation: 'log#2' })],
      5,
    );
    expect(found).toMatchObject({ matched: 2, certain: 2, notLogged: [], notServed: [] });
  });

  test('a call of another tool is another call, and a server that names none leaves it open', () => {
    expect(reconcile([call(1, 100)], [served(1, 100, { tool: 'read' })], 5)).toMatchObject({ matched: 0 });
    const { tool: _tool, ...nameless } = served(1, 100);
    expect(reconcile([call(1, 100)], [nameless], 5)).toMatchObject({ matched: 1 });
  });

  test('a hundred thousand calls of one trace are paired as quickly as others', () => {
    const trace = { correlations: ['t'], outcome: 'performed' as const };
    const calls = Array.from({ length: 100_000 }, (_, index) => call(index, 100, trace));
    const records = calls.map(({ index }) => served(index, 9_000, { correlation: 't' }));
    expect(reconcile(calls, records, 5)).toMatchObject({ matched: 100_000, certain: 100_000 });
  });

  test('one line answers for one call', () => {
    expect(reconcile([call(1, 100), call(2, 100)], [served(1, 101)], 5).notServed).toHaveLength(1);
    expect(reconcile([call(1, 100)], [served(1, 101), served(2, 101)], 5).notLogged).toHaveLength(1);
  });

  test('as many are paired as can be', () => {
    const times = fc.array(fc.tuple(fc.nat(30), fc.nat(8)), { maxLength: 6 });
    fc.assert(
      fc.property(times, fc.array(fc.nat(40), { maxLength: 6 }), fc.nat(3), (spans, points, slack) => {
        const calls = spans.map(([from, length], at) => call(at, from, { to: from + length }));
        const records = points.map((time, at) => served(at, time));
        expect(reconcile(calls, records, slack).matched).toBe(best(calls, records, slack));
      }),
    );
  });
});

/** The most pairs there can be, by trying everything. */
function best(
  calls: readonly RecordedCall[],
  [record, ...others]: readonly AccessRecord[],
  slack: number,
): number {
  if (record === undefined) return 0;
  const fits = calls.filter(({ from, to }) => from - slack <= record.time && record.time <= to + slack);
  const paired = fits.map(
    (one) =>
      1 +
      best(
        calls.filter((other) => other !== one),
        others,
        slack,
      ),
  );
  return Math.max(best(calls, others, slack), ...paired);
}

const TIME = Date.UTC(2026, 0, 31, 9, 0, 0);

describe('access logs', () => {
  test('of one JSON object a line', () => {
    const text = [
      '{"time":"2026-01-31T09:00:00Z","tool":"pay","trace_id":"ABC"}',
      `{"ts":${TIME / 1000},"gen_ai":{"tool":{"name":"pay"}},"traceparent":"00-${'b'.repeat(32)}-${'c'.repeat(16)}-01"}`,
      `{"timestamp":${TIME},"msg":"hello"}`,
      '',
      '{"tool":"pay"}',
      'no json',
      '[1]',
    ].join('\n');
    const { records, unreadable } = readJsonLines(text);
    expect(records).toMatchObject([
      { line: 1, time: TIME, tool: 'pay', correlation: 'abc' },
      { line: 2, time: TIME, tool: 'pay', correlation: 'b'.repeat(32) },
      { line: 3, time: TIME },
    ]);
    expect(unreadable.map(({ line, reason }) => [line, reason.slice(0, 8)])).toEqual([
      [5, 'no time:'],
      [6, 'not JSON'],
      [7, 'not a JS'],
    ]);
  });

  test('in the combined form of Apache and nginx', () => {
    const line = (request: string): string =>
      `10.0.0.1 - ann [31/Jan/2026:10:00:00 +0100] "${request}" 200 512 "-" "node"`;
    const text = [line('POST /mcp HTTP/1.1'), line('GET /health HTTP/1.1'), 'rubbish', line('POST /x')].join(
      '\n',
    );
    expect(readCombined(text).records.map(({ line: at, time }) => [at, time])).toEqual([
      [1, TIME],
      [4, TIME],
    ]);
    expect(readCombined(text).unreadable).toEqual([{ line: 3, reason: 'not a line of the combined form' }]);
    expect(readCombined(text, (request) => request.includes('/mcp')).records).toHaveLength(1);
  });

  test('of OpenTelemetry spans, server spans of tool calls alone', () => {
    const span = (
      kind: number | string,
      attributes: Readonly<Record<string, string>>,
      rest = {},
    ): unknown => ({
      kind,
      name: 'tools/call pay',
      traceId: 'F'.repeat(32),
      startTimeUnixNano: `${TIME}000000`,
      attributes: Object.entries(attributes).map(([key, value]) => ({ key, value: { stringValue: value } })),
      ...rest,
    });
    const spans = [
      span(2, { 'gen_ai.tool.name': 'pay', 'mcp.method.name': 'tools/call' }),
      span('SPAN_KIND_CLIENT', { 'gen_ai.tool.name': 'pay' }),
      span(2, { 'mcp.method.name': 'tools/list' }),
      span(2, {}, { startTimeUnixNano: 'soon' }),
    ];
    const text = JSON.stringify({ resourceSpans: [{ scopeSpans: [{ spans }] }] });
    for (const found of [readOtlpSpans(text), readOtlpSpans(`${text}\n`)]) {
      expect(found.records).toMatchObject([{ time: TIME, tool: 'pay', correlation: 'f'.repeat(32) }]);
      expect(found.unreadable).toHaveLength(1);
    }
    expect(readOtlpSpans(`${text}\n${text}`).records).toHaveLength(2);
    expect(readOtlpSpans('rubbish').unreadable).toEqual([{ line: 1, reason: 'not JSON of OTLP' }]);
  });

  test.each(['1e300', '-1e300', '"8640000000000001"'])('a time that no calendar has, %s, is told', (time) => {
    expect(readJsonLines(`{"time":${time},"tool":"pay"}`)).toMatchObject({
      records: [],
      unreadable: [{ line: 1 }],
    });
  });

  test('whatever stands in them, reading ends', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const read of [readJsonLines, readCombined, readOtlpSpans])
          expect(read(text).records.length).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});
