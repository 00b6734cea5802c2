// OTLP over HTTPS, to a loopback server that reads it with the classes generated from OpenTelemetry's protocol files. No collector of OpenTelemetry was to be had here.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DecisionRecord, Outcome } from '@writ/core';
import type { Opened } from '@writ/export';
import { expect, onTestFinished, test } from 'vitest';
import { testAuthority } from '../../../../../scripts/testing/certificate-authority.ts';
import { freePort } from '../../../../../scripts/testing/free-port.ts';
import { decision, recorded } from '../../../../../scripts/testing/recorded-entries.ts';
import { openOtlp, type OtlpSettings } from '../../../src/destinations/otlp/index.ts';
import type { Destination, OutgoingEvent } from '../../../src/index.ts';
import { destinationContract, type DestinationWorld } from '../destination-contract.ts';
import { eventsOf, eventsOfEntry, uidsOf } from '../events.ts';
import { testPorts } from '../ports.ts';
import { attributesOf, Collector, type Plain, valueOf } from './collector.ts';

const TOKEN = 'a-token-of-the-collector-that-nobody-may-see';
const ENVIRONMENT = { OTLP_TOKEN: TOKEN, WRONG: 'not-the-token' };
const ALL = ['logs', 'traces', 'metrics'] as const;
const CALLER = { traceId: 'c'.repeat(32), spanId: 'd'.repeat(16) };

destinationContract('a loopback server with the generated classes of OTLP', otlpWorld, {
  knowsPartial: false,
});

test('a record is the whole event, with its uid, its severity and its node', async () => {
  const { collector, destination } = await world();
  const [event] = eventsOf(1);
  await send(destination, eventsOf(1));
  const [record = {}] = collector.records;
  expect(valueOf(record['body'])).toStrictEqual(event?.event);
  expect(attributesOf(record)).toStrictEqual({
    'writ.uid': event?.uid,
    'writ.receipt': event?.uid,
    'writ.format': 'ocsf 1.9.0',
  });
  expect(record).toMatchObject({
    timeUnixNano: `${event?.time}000000`,
    severityNumber: 'SEVERITY_NUMBER_INFO',
    severityText: 'Informational',
    eventName: 'writ.decision',
    scope: { name: 'writ' },
  });
  expect(attributesOf(record['resource'] as Plain)).toStrictEqual({
    'service.name': 'writ',
    'service.instance.id': 'node-1',
    'service.version': '0.1.0',
  });
});

test('a decision and its outcome are one span, from the one to the other', async () => {
  const { collector, destination } = await world({ signals: ['traces'] });
  const permitted = eventsOfEntry(decision({ method: 'tools/call' }), 6);
  await send(destination, permitted);
  expect(collector.spans).toStrictEqual([]);
  await send(destination, outcomeOf('performed', { opened: disclosed() }));
  const [span = {}] = collector.spans;
  expect(collector.spans).toHaveLength(1);
  expect(span).toMatchObject({
    name: 'execute_tool write_file',
    kind: 'SPAN_KIND_INTERNAL',
    startTimeUnixNano: '1790000000000000000',
    endTimeUnixNano: '1790000000250000000',
  });
  expect(attributesOf(span)).toMatchObject({
    'gen_ai.operation.name': 'execute_tool',
    'gen_ai.tool.name': 'write_file',
    'gen_ai.agent.id': 'bot',
    'gen_ai.conversation.id': 's-1',
    'mcp.method.name': 'tools/call',
    'writ.receipt': 'example.org/log#6',
    'writ.outcome.receipt': 'example.org/log#7',
    'writ.verdict': 'allow',
    'writ.outcome': 'performed',
  });
  expect(attributesOf(span)).not.toHaveProperty('error.type');
});

test('nothing that was not disclosed is in a span', async () => {
  const { collector, destination } = await world({ signals: ['traces'] });
  await send(destination, outcomeOf('performed'));
  const [span = {}] = collector.spans;
  expect(span).toMatchObject({ name: 'execute_tool' });
  for (const name of ['gen_ai.tool.name', 'gen_ai.agent.id', 'gen_ai.conversation.id'])
    expect(attributesOf(span)).not.toHaveProperty(name);
});

test('a refused action is a span of no time and no error, and a failed one says of what class', async () => {
  const { collector, destination } = await world({ signals: ['traces'] });
  await send(destination, [
    ...eventsOfEntry(decision({ method: 'tools/call', verdict: 'deny', code: 'policy.forbidden' }), 5),
    ...outcomeOf('failed', { code: 'guard.tool' }),
  ]);
  const [refused = {}, failed = {}] = collector.spans;
  expect(refused['startTimeUnixNano']).toBe(refused['endTimeUnixNano']);
  expect(attributesOf(refused)).toMatchObject({ 'writ.verdict': 'deny', 'writ.code': 'policy.forbidden' });
  expect(refused['status']).not.toHaveProperty('code', 'STATUS_CODE_ERROR');
  expect(failed).toMatchObject({ status: { code: 'STATUS_CODE_ERROR' } });
  expect(attributesOf(failed)).toMatchObject({ 'error.type': 'guard.tool' });
});

test('a span has the same ids at each sending, in a trace of its own or in the caller’s', async () => {
  const { collector, destination } = await world({ signals: ['logs', 'traces'] });
  const opened = { trace: `00-${CALLER.traceId}-${CALLER.spanId}-01` };
  for (const events of [outcomeOf('performed'), outcomeOf('performed'), outcomeOf('performed', { opened })])
    await send(destination, events);
  const [first = {}, again = {}, called = {}] = collector.spans.map(
    ({ traceId, spanId, parentSpanId }): Plain => ({ traceId, spanId, parentSpanId }),
  );
  expect(again).toStrictEqual(first);
  expect(called).toStrictEqual({
    traceId: base64(CALLER.traceId),
    spanId: first['spanId'],
    parentSpanId: base64(CALLER.spanId),
  });
  expect(collector.records.map(({ traceId, spanId }): Plain => ({ traceId, spanId }))).toStrictEqual(
    [first, again, called].map(({ traceId, spanId }) => ({ traceId, spanId })),
  );
});

test('a batch that comes again because another signal failed is counted once, and not recorded twice', async () => {
  const { collector, destination } = await world({ signals: ALL });
  const events = [...eventsOfEntry(decision({ method: 'tools/call' }), 6), ...outcomeOf('performed')];
  collector.answers = { '/v1/metrics': { status: 503 } };
  await expect(send(destination, events)).rejects.toMatchObject({ code: 'export.unavailable' });
  collector.answers = {};
  expect(await send(destination, events)).toBe(events.length);
  expect(collector.records).toHaveLength(events.length);
  expect(collector.spans).toHaveLength(1);
  expect(countsIn(collector, 'writ.decisions')).toStrictEqual([['allow', 'tools/call', 1]]);
});

test('a batch whose answer was lost comes to the same sums when it comes again', async () => {
  const { collector, destination } = await world({ signals: ['metrics', 'logs'] });
  collector.answers = { '/v1/logs': { status: 503 } };
  await expect(send(destination, eventsOf(3))).rejects.toMatchObject({ code: 'export.unavailable' });
  collector.answers = {};
  await send(destination, eventsOf(2));
  await send(destination, eventsOf(1, 2));
  expect(countsIn(collector, 'writ.decisions').map(([, , count]) => count)).toStrictEqual([3, 2, 3]);
});

test('counts and durations are sums since the start, by verdict, outcome and method', async () => {
  const { collector, destination } = await world({ signals: ['metrics'] });
  await send(destination, [
    ...eventsOfEntry(decision({ method: 'tools/call' }), 6),
    ...outcomeOf('performed'),
    ...eventsOfEntry(decision({ method: 'file/read', verdict: 'deny' }), 8),
  ]);
  expect(countsIn(collector, 'writ.decisions')).toStrictEqual([
    ['allow', 'tools/call', 1],
    ['deny', 'file/read', 1],
  ]);
  expect(countsIn(collector, 'writ.outcomes')).toStrictEqual([['performed', 'tools/call', 1]]);
  const duration = collector.metrics.find(({ name }) => name === 'writ.action.duration');
  expect(duration).toMatchObject({
    unit: 's',
    histogram: {
      aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
      dataPoints: [
        {
          count: '1',
          sum: 0.25,
          bucketCounts: Array.from({ length: 15 }, (_, at) => (at === 5 ? '1' : '0')),
        },
      ],
    },
  });
});

test.each([
  [
    'too many, come again in a minute',
    { status: 429, headers: { 'retry-after': '60' } },
    { code: 'export.unavailable', data: { retryAfterMs: 60_000 } },
  ],
  ['a gateway that is down', { status: 502 }, { code: 'export.unavailable' }],
  ['a request that is malformed', { status: 400 }, { code: 'export.rejected' }],
  ['too large', { status: 413 }, { code: 'export.rejected' }],
  ['nobody there', { status: 404 }, { code: 'export.refused' }],
  ['a redirect', { status: 307, headers: { location: 'https://127.0.0.1:1/' } }, { code: 'export.refused' }],
  ['an answer that is none', { status: 200, body: '<html>' }, { code: 'export.unavailable' }],
])('%s: nothing is acknowledged', async (_why, answer, fault) => {
  const { collector, destination } = await world();
  collector.answers = { '/v1/logs': answer };
  await expect(send(destination, eventsOf(1))).rejects.toMatchObject(fault);
});

test('a collector that took some of a batch rejects it, and takes what it took one by one', async () => {
  const { collector, destination } = await world();
  collector.room = 1;
  await expect(send(destination, eventsOf(2))).rejects.toMatchObject({
    code: 'export.rejected',
    message: 'the collector did not take 1 of what it was sent',
  });
  collector.room = Number.POSITIVE_INFINITY;
  for (const event of eventsOf(2)) expect(await send(destination, [event])).toBe(1);
  expect(new Set(uidsIn(collector))).toStrictEqual(new Set(uidsOf(eventsOf(2))));
});

function send(destination: Destination, events: readonly OutgoingEvent[]): Promise<number> {
  return destination.send(events, AbortSignal.timeout(15_000));
}

function disclosed(): Opened {
  return {
    agent: 'bot',
    session: 's-1',
    parts: [{ action: 'tools/call', type: 'tool', id: 'files/write_file', details: {} }],
  };
}

/** The outcome at index 7 of a tool call decided at index 6, a quarter of a second later. */
function outcomeOf(
  outcome: Outcome,
  { code, opened = {} }: { readonly code?: string; readonly opened?: Opened } = {},
): readonly OutgoingEvent[] {
  const permitting: Partial<DecisionRecord> = { method: 'tools/call' };
  const { entry } = recorded(decision(permitting), 6);
  const detail = {
    kind: 'outcome',
    outcome,
    decisionOf: 6,
    ...(code === undefined ? {} : { code }),
  } as const;
  const earlier = { ...entry, monotonicNs: String(1n - 250_000_000n) };
  return eventsOfEntry(detail, 7, { decision: earlier }).map((event) => ({ ...event, opened }));
}

function uidsIn({ records }: Collector): readonly string[] {
  return records.map((record) => String(attributesOf(record)['writ.uid']));
}

/** Points of the sums with `name`, in the order of arrival: two attributes and the count. */
function countsIn({ metrics }: Collector, name: string): readonly unknown[][] {
  return metrics
    .filter((metric) => metric['name'] === name)
    .flatMap((metric) => {
      const sum = metric['sum'] as { readonly dataPoints: readonly Plain[]; readonly isMonotonic: boolean };
      expect(sum).toMatchObject({
        isMonotonic: true,
        aggregationTemporality: 'AGGREGATION_TEMPORALITY_CUMULATIVE',
      });
      return sum.dataPoints.map((point) => {
        const attributes = attributesOf(point);
        const by = attributes['writ.verdict'] ?? attributes['writ.outcome'];
        return [by, attributes['writ.method'], Number(point['asInt'] ?? point['asDouble'])];
      });
    });
}

function base64(hexadecimal: string): string {
  return Buffer.from(hexadecimal, 'hex').toString('base64');
}

interface Started {
  readonly collector: Collector;
  readonly settings: OtlpSettings;
  readonly otherAuthority: string;
  readonly remove: () => void;
}

async function started(): Promise<Started> {
  const folder = mkdtempSync(join(tmpdir(), 'writ-otlp-'));
  const file = (name: string, text: string): string => {
    const path = join(folder, name);
    writeFileSync(path, text);
    return path;
  };
  const authority = testAuthority('collector');
  const certificate = authority.issue({ address: [127, 0, 0, 1] });
  const collector = new Collector({ port: await freePort(), certificate, token: TOKEN });
  await collector.start();
  return {
    collector,
    settings: {
      type: 'otlp',
      url: collector.url,
      signals: ['logs'],
      headers: [{ name: 'Authorization', value: { secret: { env: 'OTLP_TOKEN' }, scheme: 'Bearer' } }],
      tls: { ca: file('authority.pem', authority.cert) },
    },
    otherAuthority: file('other.pem', testAuthority('other').cert),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

async function world(
  changes: Partial<OtlpSettings> = {},
): Promise<{ readonly collector: Collector; readonly destination: Destination }> {
  const { collector, settings, remove } = await started();
  const destination = await openOtlp({ ...settings, ...changes }, testPorts(ENVIRONMENT));
  onTestFinished(async () => {
    await destination.close();
    await collector.kill();
    remove();
  });
  return { collector, destination };
}

async function otlpWorld(): Promise<DestinationWorld> {
  const { collector, settings, otherAuthority, remove } = await started();
  const wrong = { name: 'Authorization', value: { secret: { env: 'WRONG' }, scheme: 'Bearer' } };
  return {
    open: (variant) =>
      openOtlp(
        {
          ...settings,
          ...(variant === 'wrong-authority' ? { tls: { ca: otherAuthority } } : {}),
          ...(variant === 'wrong-login' ? { headers: [wrong] } : {}),
        },
        testPorts(ENVIRONMENT),
      ),
    received: () => Promise.resolve(uidsIn(collector)),
    kill: () => collector.kill(),
    restart: () => collector.start(),
    takeOnly(count) {
      collector.room = count;
      return Promise.resolve();
    },
    hang(isHanging) {
      collector.isHanging = isHanging;
      return Promise.resolve();
    },
    secrets: Object.values(ENVIRONMENT),
    async close() {
      await collector.kill();
      remove();
    },
  };
}
