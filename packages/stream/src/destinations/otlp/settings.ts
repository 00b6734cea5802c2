/** What a collector of OpenTelemetry is told. */
import type { ClientTls } from '../../destination.ts';
import type { WebhookHeader } from '../webhook/index.ts';

/** Each event whole as a log record; an action as a span; counts and durations as metrics. */
export type OtlpSignal = 'logs' | 'traces' | 'metrics';

/** Where and how to export: OTLP over HTTP with protobuf (OTLP 1.x). */
export interface OtlpSettings {
  readonly type: 'otlp';
  /** Address before `/v1/logs` and so on: `https:`, or `http:` on the loopback interface or where the configuration says `insecure: true`; without user and fragment. */
  readonly url: string;
  /** At least one, in this order; each is a request of its own. */
  readonly signals: readonly OtlpSignal[];
  readonly headers: readonly WebhookHeader[];
  /** Absent: the system's authorities, and no certificate of our own. */
  readonly tls?: ClientTls;
}
