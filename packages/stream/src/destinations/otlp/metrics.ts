/** Counts and durations as metrics: sums since this process began to send. */
import type { ProtobufMetricsSerializer } from '@opentelemetry/otlp-transformer';
import type { OutgoingEvent } from '../../destination.ts';
import { decisionReceipt, finishedBy } from './action.ts';
import { durationNs, instantOf } from './instant.ts';
import { type Resources, SCOPE } from './resources.ts';

type ResourceMetrics = Parameters<typeof ProtobufMetricsSerializer.serializeRequest>[0];
type Metric = ResourceMetrics['scopeMetrics'][number]['metrics'][number];

/** `AggregationTemporality.CUMULATIVE`, and `DataPointType` of the SDK. */
const CUMULATIVE = 1;
const [HISTOGRAM, SUM] = [0, 3];
/** Bounds of durations, in seconds: those that the conventions advise for operations of MCP. */
const BOUNDS = [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];
const NS_PER_S = 1e9;

interface Series {
  readonly attributes: Readonly<Record<string, string>>;
  readonly count: number;
  /** Of durations, in seconds, and how many lie up to each bound and past the last; absent for what is only counted. */
  readonly spread?: { readonly sum: number; readonly counts: readonly number[] };
}

/** Series by metric and attributes. Attributes are of closed lists, so their number is bounded. */
export type Totals = ReadonlyMap<string, Series>;

/**
 * `totals` and `events` together. It changes nothing: a batch that was not acknowledged is added again to the same totals and comes to the same sums, so that what is sent
 * twice is not counted twice.
 */
export function withEvents(totals: Totals, events: readonly OutgoingEvent[]): Totals {
  const next = new Map(totals);
  for (const event of events) {
    const { recorded } = event;
    if (!('entry' in recorded) || recorded.entry.kind !== 'decision') continue;
    if (decisionReceipt(event) !== event.uid) continue;
    const { verdict, method } = recorded.entry.decision;
    add(next, 'decisions', { 'writ.verdict': verdict, 'writ.method': method });
  }
  for (const action of events.map(finishedBy)) {
    if (action?.outcome === undefined) continue;
    const { entry } = action.outcome;
    const attributes = { 'writ.outcome': entry.outcome, 'writ.method': action.decision.decision.method };
    add(next, 'outcomes', attributes);
    add(next, 'duration', attributes, durationNs(action.decision, entry) / NS_PER_S);
  }
  return next;
}

/** `totals` as metrics from `start` to `now`, milliseconds since 1970. `instance` is one process: its sums begin with it. */
export function metricsOf(
  totals: Totals,
  { resources, instance, start, now }: { resources: Resources; instance: string; start: number; now: number },
): ResourceMetrics {
  const of = (metric: string): readonly Series[] =>
    [...totals].filter(([key]) => key.startsWith(`${metric} `)).map(([, series]) => series);
  const span = { startTime: instantOf(start), endTime: instantOf(Math.max(now, start)) };
  const sum = (metric: string, name: string, description: string): Metric => ({
    descriptor: { name, description, unit: `{${metric.slice(0, -1)}}`, valueType: 0 },
    aggregationTemporality: CUMULATIVE,
    dataPointType: SUM,
    isMonotonic: true,
    dataPoints: of(metric).map(({ attributes, count }) => ({ ...span, attributes, value: count })),
  });
  const duration = {
    descriptor: {
      name: 'writ.action.duration',
      description: 'Time from a permitting decision to its outcome',
      unit: 's',
      valueType: 1,
    },
    aggregationTemporality: CUMULATIVE,
    dataPointType: HISTOGRAM,
    dataPoints: of('duration').map(({ attributes, count, spread }) => ({
      ...span,
      attributes,
      value: {
        buckets: { boundaries: [...BOUNDS], counts: [...(spread?.counts ?? [])] },
        sum: spread?.sum ?? 0,
        count,
      },
    })),
  } as Metric;
  const metrics = [
    sum('decisions', 'writ.decisions', 'Decisions, by verdict and method'),
    sum('outcomes', 'writ.outcomes', 'What became of permitted actions, by method'),
    duration,
  ];
  return {
    resource: resources.named(instance),
    scopeMetrics: [{ scope: SCOPE, metrics: metrics.filter(({ dataPoints }) => dataPoints.length > 0) }],
  };
}

function add(
  totals: Map<string, Series>,
  metric: string,
  attributes: Series['attributes'],
  seconds?: number,
): void {
  const key = `${metric} ${JSON.stringify(attributes)}`;
  const { count = 0, spread } = totals.get(key) ?? {};
  if (seconds === undefined) {
    totals.set(key, { attributes, count: count + 1 });
    return;
  }
  const counts = [...(spread?.counts ?? Array.from({ length: BOUNDS.length + 1 }, () => 0))];
  const found = BOUNDS.findIndex((bound) => seconds <= bound);
  const bucket = found === -1 ? BOUNDS.length : found;
  counts[bucket] = (counts[bucket] ?? 0) + 1;
  totals.set(key, { attributes, count: count + 1, spread: { sum: (spread?.sum ?? 0) + seconds, counts } });
}
