/**
 * A collector for tests, over TLS on the loopback interface. It is none of OpenTelemetry's: it reads requests with the classes that OpenTelemetry's SDK for JavaScript
 * generated from its protocol files (`@opentelemetry/otlp-transformer` 0.212.0), which share no code with what writes them here.
 */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import generated from 'otlp-proto/build/src/generated/root.js';

/** A generated class, as far as it is used here; its own types know none of them. */
interface MessageClass {
  decode(bytes: Uint8Array): object;
  toObject(message: object, options: object): Plain;
  encode(value: object): { finish(): Uint8Array };
}
interface Service {
  readonly v1: Readonly<Record<string, MessageClass>>;
}

const { collector } = (
  generated as unknown as {
    readonly opentelemetry: { readonly proto: { readonly collector: Readonly<Record<string, Service>> } };
  }
).opentelemetry.proto;

/** The class `name` of `signal`. */
function classOf(signal: 'logs' | 'trace' | 'metrics', name: string): MessageClass {
  const found = collector[signal]?.v1[name];
  if (found === undefined) throw new Error(`no class ${name} was generated`);
  return found;
}

/** What the generated classes make of a value: plain objects, ids in base64, numbers of 64 bits as text. */
export type Plain = Readonly<Record<string, unknown>>;
const PLAIN = { longs: String, bytes: String, enums: String } as const;

export interface CollectorOptions {
  readonly port: number;
  readonly certificate: { readonly cert: string; readonly key: string };
  readonly token: string;
}

/** A collector that listens once it is started. What it was sent stays when it is killed. */
export class Collector {
  readonly #options: CollectorOptions;
  #server: Server | undefined;
  /** Log records, spans and metrics, each with the resource it came under, in the order of arrival. */
  readonly records: Plain[] = [];
  readonly spans: Plain[] = [];
  readonly metrics: Plain[] = [];
  /** Paths that were asked for, in order. */
  readonly paths: string[] = [];
  /** How many more log records are taken. */
  room: number = Number.POSITIVE_INFINITY;
  isHanging = false;
  /** Answered to requests whose path ends so, instead of taking them. */
  answers: Readonly<
    Record<
      string,
      { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string }
    >
  > = {};

  constructor(options: CollectorOptions) {
    this.#options = options;
  }

  get url(): string {
    return `https://127.0.0.1:${this.#options.port}`;
  }

  async start(): Promise<void> {
    const { port, certificate } = this.#options;
    const server = createServer(certificate, (request, response) => void this.#answer(request, response));
    server.listen(port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
  }

  async kill(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    this.isHanging = false;
    if (server === undefined) return;
    const closed = once(server, 'close');
    server.close();
    server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    if (this.isHanging) return;
    const path = request.url ?? '';
    this.paths.push(path);
    const planned = Object.entries(this.answers).find(([end]) => path.endsWith(end))?.[1];
    const isKnown = request.headers.authorization === `Bearer ${this.#options.token}`;
    const isProtobuf = request.headers['content-type'] === 'application/x-protobuf';
    if (!isKnown) response.writeHead(401).end(`no such token: ${request.headers.authorization}`);
    else if (!isProtobuf) response.writeHead(415).end();
    else if (planned !== undefined) response.writeHead(planned.status, planned.headers).end(planned.body);
    else if (path === '/v1/logs' && this.room === 0) response.writeHead(503).end();
    else
      response
        .writeHead(200, { 'content-type': 'application/x-protobuf' })
        .end(this.#take(path, Buffer.concat(chunks)));
  }

  #take(path: string, body: Buffer): Uint8Array {
    switch (path) {
      case '/v1/logs':
        return this.#takeRecords(itemsOf('logs', 'ExportLogsServiceRequest', body));
      case '/v1/traces':
        this.spans.push(...itemsOf('trace', 'ExportTraceServiceRequest', body));
        return classOf('trace', 'ExportTraceServiceResponse').encode({}).finish();
      case '/v1/metrics':
        this.metrics.push(...itemsOf('metrics', 'ExportMetricsServiceRequest', body));
        return classOf('metrics', 'ExportMetricsServiceResponse').encode({}).finish();
      default:
        throw new Error(`no such path: ${path}`);
    }
  }

  #takeRecords(all: readonly Plain[]): Uint8Array {
    const taken = all.slice(0, this.room);
    this.room -= taken.length;
    this.records.push(...taken);
    const rejectedLogRecords = all.length - taken.length;
    return classOf('logs', 'ExportLogsServiceResponse')
      .encode(
        rejectedLogRecords === 0 ? {} : { partialSuccess: { rejectedLogRecords, errorMessage: 'no room' } },
      )
      .finish();
  }
}

/** Names of the three lists in one another. */
const LISTS = {
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'],
  trace: ['resourceSpans', 'scopeSpans', 'spans'],
  metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
} as const;

/** Items of a request, each with `resource` and `scope`. */
export function itemsOf(signal: keyof typeof LISTS, name: string, body: Buffer): readonly Plain[] {
  const type = classOf(signal, name);
  const [resources, scopes, list] = LISTS[signal];
  return listIn(type.toObject(type.decode(body), PLAIN), resources).flatMap((one) =>
    listIn(one, scopes).flatMap((scoped) =>
      listIn(scoped, list).map((item) => ({ ...item, resource: one['resource'], scope: scoped['scope'] })),
    ),
  );
}

function listIn(value: Plain, name: string): readonly Plain[] {
  return (value[name] ?? []) as readonly Plain[];
}

/** A value of the protocol as the value it stands for. */
export function valueOf(any: unknown): unknown {
  const value = any as Plain;
  if ('stringValue' in value) return value['stringValue'];
  if ('boolValue' in value) return value['boolValue'];
  if ('intValue' in value) return Number(value['intValue']);
  if ('doubleValue' in value) return value['doubleValue'];
  if ('arrayValue' in value) return listIn(value['arrayValue'] as Plain, 'values').map(valueOf);
  if ('kvlistValue' in value) return attributesOf(value['kvlistValue'] as Plain, 'values');
  return null;
}

/** The attributes of `item`, by name. */
export function attributesOf(item: Plain, list = 'attributes'): Readonly<Record<string, unknown>> {
  return Object.fromEntries(listIn(item, list).map(({ key, value }) => [key, valueOf(value)]));
}
