/** Events to a collector of OpenTelemetry: OTLP over HTTP, with protobuf. */
import type * as Serializers from '@opentelemetry/otlp-transformer';
import { createPoster, installed, type Poster, readClientTls } from '../../clients/index.ts';
import type { Destination, DestinationPorts, OpenDestination, OutgoingEvent } from '../../destination.ts';
import { requireTaken } from './answer.ts';
import { metricsOf, type Totals, withEvents } from './metrics.ts';
import { recordsOf } from './records.ts';
import { Resources } from './resources.ts';
import type { OtlpSettings, OtlpSignal } from './settings.ts';
import { spansOf } from './spans.ts';

/** Bytes of randomness in the id of this process as a source of metrics. */
const INSTANCE_BYTES = 8;
/** What is posted for one signal, and how its answer tells how many were not taken. */
interface Request {
  readonly body: Uint8Array | undefined;
  readonly rejected: (answer: Uint8Array) => number;
}

/**
 * A collector. All signals of a batch are acknowledged together; one that took the batch already is not sent it again while this process lives. Log records are the record,
 * whole; spans and metrics are views of it. A collector that acknowledges may still lose what it holds in memory: that is its `sending_queue`.
 */
export const openOtlp: OpenDestination<OtlpSettings> = async (settings, ports) => {
  const serializers = await installed(
    '@opentelemetry/otlp-transformer',
    '0.301.1',
    () => import('@opentelemetry/otlp-transformer'),
  );
  const resources = await installed(
    '@opentelemetry/resources',
    '3.1.1',
    () => import('@opentelemetry/resources'),
  );
  return new OtlpDestination(settings, ports, { serializers, resources: new Resources(resources) });
};

interface Parts {
  readonly serializers: typeof Serializers;
  readonly resources: Resources;
}

class OtlpDestination implements Destination {
  readonly #settings: OtlpSettings;
  readonly #ports: DestinationPorts;
  readonly #parts: Parts;
  readonly #poster: Poster;
  readonly #start: number;
  readonly #instance: string;
  #totals: Totals = new Map();
  /** Signals that took the batch with this key, though not all of them did. */
  #taken: { readonly key: string; readonly signals: ReadonlySet<OtlpSignal> } | undefined;

  constructor(settings: OtlpSettings, ports: DestinationPorts, parts: Parts) {
    this.#settings = settings;
    this.#ports = ports;
    this.#parts = parts;
    this.#poster = createPoster('the collector', () => readClientTls(settings.tls ?? {}, ports));
    this.#start = ports.clock.now();
    this.#instance = Buffer.from(ports.random.bytes(INSTANCE_BYTES)).toString('hex');
  }

  async send(events: readonly OutgoingEvent[], signal: AbortSignal): Promise<number> {
    const key = JSON.stringify(events.map(({ uid }) => uid));
    const taken = new Set(this.#taken?.key === key ? this.#taken.signals : []);
    const totals = withEvents(this.#totals, events);
    for (const name of this.#settings.signals) {
      if (taken.has(name)) continue;
      await this.#post(name, this.#requestOf(name, events, totals), signal);
      taken.add(name);
      this.#taken = { key, signals: new Set(taken) };
    }
    this.#taken = undefined;
    this.#totals = totals;
    return events.length;
  }

  async close(): Promise<void> {
    this.#poster.close();
    await Promise.resolve();
  }

  #requestOf(name: OtlpSignal, events: readonly OutgoingEvent[], totals: Totals): Request {
    const { serializers, resources } = this.#parts;
    const { ProtobufLogsSerializer, ProtobufTraceSerializer, ProtobufMetricsSerializer } = serializers;
    switch (name) {
      case 'logs':
        return {
          body: ProtobufLogsSerializer.serializeRequest(recordsOf(events, resources)),
          rejected: (answer) =>
            Number(
              ProtobufLogsSerializer.deserializeResponse(answer).partialSuccess?.rejectedLogRecords ?? 0,
            ),
        };
      case 'traces': {
        const spans = spansOf(events, resources);
        return {
          body: spans.length === 0 ? undefined : ProtobufTraceSerializer.serializeRequest(spans),
          rejected: (answer) =>
            Number(ProtobufTraceSerializer.deserializeResponse(answer).partialSuccess?.rejectedSpans ?? 0),
        };
      }
      case 'metrics': {
        const told = {
          resources,
          instance: this.#instance,
          start: this.#start,
          now: this.#ports.clock.now(),
        };
        return {
          body:
            totals.size === 0
              ? undefined
              : ProtobufMetricsSerializer.serializeRequest(metricsOf(totals, told)),
          // Points that were not taken come again with the next batch, in the same sums.
          rejected(answer) {
            ProtobufMetricsSerializer.deserializeResponse(answer);
            return 0;
          },
        };
      }
      default:
        return name satisfies never;
    }
  }

  async #post(name: OtlpSignal, { body, rejected }: Request, signal: AbortSignal): Promise<void> {
    if (body === undefined) return;
    const answer = await this.#poster.post(
      {
        url: new URL(`${this.#settings.url.replace(/\/$/, '')}/v1/${name}`),
        headers: { 'content-type': 'application/x-protobuf', ...headersOf(this.#settings, this.#ports) },
        body,
      },
      signal,
    );
    requireTaken(answer, { now: this.#ports.clock.now(), rejected });
  }
}

function headersOf({ headers }: OtlpSettings, ports: DestinationPorts): Readonly<Record<string, string>> {
  const shown = headers.map(({ name, value }) => {
    if (typeof value === 'string') return [name.toLowerCase(), value] as const;
    const secret = ports.secret(value.secret);
    return [name.toLowerCase(), value.scheme === undefined ? secret : `${value.scheme} ${secret}`] as const;
  });
  return Object.fromEntries([['user-agent', 'writ'] as const, ...shown]);
}
