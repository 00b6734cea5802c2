/** Refusals of the listener, before anything behind it hears of a request. */
import type { ServerResponse } from 'node:http';

/** Why a request goes no further. */
export interface Refusal {
  readonly status: number;
  /** Name of the bound or rule, for metrics. */
  readonly code: string;
  /** One sentence of our own; nothing of the request. */
  readonly message: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Our own, as JSON-RPC leaves them to implementations. */
const RPC_CODE = -32_000;

/** Answers with a refusal, and ends the connection: what was not read of the request would be taken for the next. */
export function writeRefusal(response: ServerResponse, { status, message, headers }: Refusal): void {
  const body = JSON.stringify({ jsonrpc: '2.0', id: null, error: { code: RPC_CODE, message } });
  response.writeHead(status, {
    'content-type': 'application/json',
    'content-length': Buffer.byteLength(body),
    'cache-control': 'no-store',
    connection: 'close',
    ...headers,
  });
  response.end(body);
}
