/** What a running gateway counts and measures, as Prometheus reads it. A registry of its own: nothing of the process around it is in there. */
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { DestinationState } from '@writ/stream';
import { createExportMetrics } from './export-metrics.ts';
import { type CasesPresent, createCaseMetrics } from './case-metrics.ts';
import { LabelValues } from './labels.ts';
import { createRetentionMetrics, type RetentionPresent } from './retention-metrics.ts';

/** Which of the three parts of a call's time. `guard`: everything but the server, the log included. */
export type CallPart = 'guard' | 'upstream';

/** One judged action. */
export interface CountedCall {
  readonly server: string;
  /** Counted only where tools are configured to be. */
  readonly tool?: string;
  readonly phase: 'call' | 'list';
  readonly verdict: string;
  readonly face: string;
  readonly era: string;
}

/** What goes on in the face and the listener at this instant. */
export interface Present {
  readonly sessions: { readonly modern: number; readonly legacy: number };
  readonly streams: number;
  readonly underWay: number;
  readonly connections: number;
  /** By code, since the start. */
  readonly refused: Readonly<Record<string, number>>;
  /** Servers by whether they answered last; `undefined` for one not yet asked. */
  readonly servers: ReadonlyMap<string, boolean | undefined>;
  /** When the certificate ends, in seconds since 1970; absent without TLS. */
  readonly certificateEnds?: number;
  readonly isReady: boolean;
  /** Where the log is sent; absent for nowhere. */
  readonly destinations?: ReadonlyMap<string, DestinationState>;
  /** Absent where nobody runs it. */
  readonly retention?: RetentionPresent;
  /** Absent where nobody asks the log for them. */
  readonly cases?: CasesPresent;
}

/** Counting and measuring. */
export interface Metrics {
  called(call: CountedCall): void;
  took(part: CallPart, seconds: number): void;
  /** An append took so long; `code` of the fault where it failed. */
  appended(seconds: number, code?: string): void;
  /** A bound was met: a connection, a head, a number of headers and so on. */
  limited(limit: string): void;
  /** A caller was not let in. */
  unauthenticated(reason: string): void;
  reloaded(what: 'configuration' | 'policy' | 'tls', succeeded: boolean): void;
  /** Asked at each reading. */
  watch(present: () => Present): void;
  /** Text in Prometheus' format 0.0.4. */
  read(): Promise<{ readonly contentType: string; readonly text: string }>;
  close(): void;
}

/** How metrics are kept. */
export interface MetricsOptions {
  readonly version: string;
  /** Whether calls are counted by tool as well: one series for each. */
  readonly hasTools: boolean;
}

/** Servers, tools and codes told apart; further ones are counted together as `other`. */
const MAX_SERVERS = 200;
const MAX_TOOLS = 500;
const MAX_CODES = 100;
/** Bounds of a call's histograms, in seconds: fine where a gateway is expected to be, coarse where a person is asked. */
const CALL_BUCKETS = [0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
/** Bounds of an append's, in seconds: a commit with fsync takes from 0.1 ms on a good disk to seconds on a bad day. */
const APPEND_BUCKETS = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 2.5];
/** What waits to be counted at most: counted together it costs a fraction of what it costs in the middle of a call, where the caches hold other things. */
const MAX_WAITING = 256;
const NS_PER_S = 1e9;
const NS_PER_MS = 1e6;
/** How often the event loop's delay is sampled, in milliseconds. */
const LAG_RESOLUTION_MS = 20;

/** Metrics in a registry of their own. */
export function createMetrics({ version, hasTools }: MetricsOptions): Metrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  const servers = new LabelValues(MAX_SERVERS);
  const tools = new LabelValues(MAX_TOOLS);
  const codes = new LabelValues(MAX_CODES);
  const lag = monitorEventLoopDelay({ resolution: LAG_RESOLUTION_MS });
  lag.enable();
  const counter = (name: string, help: string, labelNames: string[]): Counter =>
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, labelNames: string[] = []): Gauge =>
    new Gauge({ name, help, labelNames, registers });

  const calls = counter('writ_calls_total', 'Judged actions by verdict.', [
    'server',
    'phase',
    'verdict',
    'face',
    'era',
    ...(hasTools ? ['tool'] : []),
  ]);
  const times = new Histogram({
    name: 'writ_call_seconds',
    help: 'Time of a call: in the gateway with its log (guard), and at the server (upstream). Calls that waited for a person are left out.',
    labelNames: ['part'],
    buckets: CALL_BUCKETS,
    registers,
  });
  // Found once: by its label each would be looked up at each call.
  const parts = { guard: times.labels('guard'), upstream: times.labels('upstream') };
  const appends = new Histogram({
    name: 'writ_log_append_seconds',
    help: 'Time until an entry of the log is durable.',
    buckets: APPEND_BUCKETS,
    registers,
  });
  const failedAppends = counter('writ_log_append_failures_total', 'Entries that could not be written.', [
    'code',
  ]);
  const limits = counter('writ_limits_hit_total', 'Bounds of the listener that were met.', ['limit']);
  const strangers = counter('writ_auth_refusals_total', 'Requests whose caller was not let in.', ['reason']);
  const reloads = counter('writ_reloads_total', 'Readings of what changed on disk while running.', [
    'what',
    'result',
  ]);
  gauge('writ_build_info', 'Always 1; the label says which version.', ['version']).set({ version }, 1);

  const refusedTotal = counter(
    'writ_requests_refused_total',
    'HTTP requests refused before any session, by code.',
    ['code'],
  );
  const sessions = gauge('writ_sessions', 'Open sessions: legacy ones, and principals with modern ones.', [
    'era',
  ]);
  const streams = gauge('writ_streams', 'Open event streams.');
  const underWay = gauge('writ_requests_under_way', 'Requests being answered.');
  const connections = gauge('writ_connections', 'Open connections.');
  const ups = gauge('writ_server_up', 'Whether the server answered when it was last asked.', ['server']);
  const ends = gauge(
    'writ_tls_certificate_end_seconds',
    'When the certificate ends, in seconds since 1970.',
    ['of'],
  );
  const ready = gauge('writ_ready', 'Whether the gateway is ready.');
  const lags = gauge('writ_event_loop_lag_seconds', 'Delay of the event loop since the last reading.', [
    'quantile',
  ]);
  const memory = gauge('process_resident_memory_bytes', 'Resident memory.');
  let exports: ReturnType<typeof createExportMetrics> | undefined;
  let retained: ReturnType<typeof createRetentionMetrics> | undefined;
  let cases: ReturnType<typeof createCaseMetrics> | undefined;

  const waiting: (() => void)[] = [];
  const countWaiting = (): void => {
    for (const count of waiting.splice(0)) count();
  };
  const later = (count: () => void): void => {
    waiting.push(count);
    if (waiting.length >= MAX_WAITING) countWaiting();
  };

  let present: (() => Present) | undefined;
  const collect = (): void => {
    countWaiting();
    memory.set(process.memoryUsage.rss());
    // What is sampled is the time from one look to the next, the pause between them included.
    for (const [quantile, percent] of [
      ['0.5', 50],
      ['0.99', 99],
    ] as const)
      lags.set({ quantile }, Math.max(0, lag.percentile(percent) - LAG_RESOLUTION_MS * NS_PER_MS) / NS_PER_S);
    lag.reset();
    if (present === undefined) return;
    const now = present();
    sessions.set({ era: 'modern' }, now.sessions.modern);
    sessions.set({ era: 'legacy' }, now.sessions.legacy);
    streams.set(now.streams);
    underWay.set(now.underWay);
    connections.set(now.connections);
    ready.set(now.isReady ? 1 : 0);
    if (now.certificateEnds !== undefined) ends.set({ of: 'endpoint' }, now.certificateEnds);
    ups.reset();
    for (const [server, isUp] of now.servers)
      if (isUp !== undefined) ups.set({ server: servers.of(server) }, isUp ? 1 : 0);
    if (now.destinations !== undefined) (exports ??= createExportMetrics(registry))(now.destinations);
    if (now.retention !== undefined) (retained ??= createRetentionMetrics(registry))(now.retention);
    if (now.cases !== undefined) (cases ??= createCaseMetrics(registry))(now.cases);
    refusedTotal.reset();
    for (const [code, count] of Object.entries(now.refused))
      refusedTotal.inc({ code: codes.of(code) }, count);
  };

  return {
    called({ server, tool, ...labels }) {
      const known = { server: servers.of(server), ...labels };
      const values = hasTools ? { ...known, tool: tools.of(tool ?? '') } : known;
      later(() => calls.inc(values));
    },
    took: (part, seconds) => later(() => parts[part].observe(seconds)),
    appended(seconds, code) {
      if (code === undefined) later(() => appends.observe(seconds));
      else failedAppends.inc({ code: codes.of(code) });
    },
    limited: (limit) => limits.inc({ limit }),
    unauthenticated: (reason) => strangers.inc({ reason: codes.of(reason) }),
    reloaded: (what, succeeded) => reloads.inc({ what, result: succeeded ? 'ok' : 'failed' }),
    watch(read) {
      present = read;
    },
    async read() {
      collect();
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
    close() {
      lag.disable();
      registry.clear();
    },
  };
}
