/** One request, from the listener to whoever answers it: the gate, then the face or the probes. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { GatewayConfiguration } from '../config/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import { ADMIN_PATHS, type AdminOptions, answerAdmin } from './admin/index.ts';
import { createGate, preflightHeaders, type Refusal, writeRefusal } from './listener/index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** What is behind the listener. */
export interface EndpointOptions {
  readonly gateway: GatewayConfiguration;
  readonly metrics: Metrics;
  /** Answers on the endpoint. */
  readonly handle: Answer;
  /** Documents at further paths, exact: whoever may call is told there how (RFC 9728). Readable by everybody. */
  readonly documents: ReadonlyMap<string, string>;
  /** Probes and metrics, where they stand beside the endpoint. */
  readonly admin?: AdminOptions;
}

/** Answers what reaches the listener. */
export function createEndpoint({ gateway, metrics, handle, documents, admin }: EndpointOptions): Answer {
  const paths = new Set([gateway.path, ...documents.keys(), ...(admin === undefined ? [] : ADMIN_PATHS)]);
  const gate = createGate({ ...gateway, headers: gateway.limits.headers, paths });
  const refuse = (response: ServerResponse, refusal: Refusal): void => {
    metrics.limited(refusal.code);
    writeRefusal(response, refusal);
  };
  return (request, response) => {
    const passed = gate(request);
    if ('status' in passed) return refuse(response, passed);
    const { path, cors } = passed;
    for (const [name, value] of Object.entries(cors)) response.setHeader(name, value);
    if (admin !== undefined && ADMIN_PATHS.includes(path))
      return void answerAdmin(admin, path, request, response);
    const document = documents.get(path);
    if (document !== undefined) return writeDocument(request, response, document);
    if (request.method === 'OPTIONS' && 'access-control-allow-origin' in cors) {
      response.writeHead(204, preflightHeaders(cors)).end();
      return;
    }
    handle(request, response);
  };
}

/** Answers on a listener for probes and metrics alone. */
export function createAdminEndpoint(
  { gateway, metrics }: Pick<EndpointOptions, 'gateway' | 'metrics'>,
  admin: AdminOptions,
): Answer {
  const listen = gateway.admin.on === 'listen' ? gateway.admin.listen : gateway.listen;
  // Its own names and those of the gateway. Probes of orchestrators call by address, so where it listens at all of them any name is good.
  const gate = createGate({
    ...gateway,
    listen,
    origins: [],
    headers: gateway.limits.headers,
    paths: new Set(ADMIN_PATHS),
    takesAnyHost: true,
  });
  return (request, response) => {
    const passed = gate(request);
    if (!('status' in passed)) return void answerAdmin(admin, passed.path, request, response);
    metrics.limited(`admin-${passed.code}`);
    writeRefusal(response, passed);
  };
}

function writeDocument(request: IncomingMessage, response: ServerResponse, document: string): void {
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  response
    .writeHead(isRead ? 200 : 405, {
      'content-type': 'application/json',
      'content-length': isRead ? Buffer.byteLength(document) : 0,
      ...(isRead ? { 'cache-control': 'max-age=3600' } : { allow: 'GET, HEAD' }),
    })
    .end(isRead ? document : undefined);
}
