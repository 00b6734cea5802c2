/** An HTTP server of a test on the loopback interface. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { JsonObject } from '@writ/core';

/** A request as it came. */
export interface Came {
  readonly method: string;
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly raw: IncomingMessage;
  /** The JSON in it; empty where there was none. */
  readonly body: JsonObject;
  readonly text: string;
}

/** Answers one request. */
export type Serve = (came: Came, response: ServerResponse) => unknown;

/** Where the test's server stands, and what came so far. */
export interface Listener {
  readonly url: string;
  readonly port: number;
  readonly came: Came[];
  /** Resolves once `isSo` holds of what came. */
  until(isSo: (came: readonly Came[]) => boolean): Promise<void>;
  close(): Promise<void>;
}

/** Listens until the test ends. */
export async function listen(serve: Serve): Promise<Listener> {
  const came: Came[] = [];
  const watching = new Set<() => void>();
  const server = createServer((request, response) => {
    void buffer(request).then((bytes) => {
      const text = bytes.toString();
      const one = {
        method: request.method ?? '',
        headers: request.headers as Record<string, string | undefined>,
        raw: request,
        body: (text.startsWith('{') ? JSON.parse(text) : {}) as JsonObject,
        text,
      };
      came.push(one);
      for (const look of Array.from(watching)) look();
      serve(one, response);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    server.close();
    await Promise.resolve();
  };
  onTestFinished(close);
  return {
    url: `http://127.0.0.1:${port}/mcp`,
    port,
    came,
    close,
    until: (isSo) =>
      new Promise((resolve) => {
        const look = (): void => {
          if (!isSo(came)) return;
          watching.delete(look);
          resolve();
        };
        watching.add(look);
        look();
      }),
  };
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(value));
}

/** Begins a stream of events. */
export function stream(response: ServerResponse, headers: Record<string, string> = {}): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', ...headers });
  response.flushHeaders();
}

/** Writes one event. */
export function event(response: ServerResponse, value: unknown, id?: string): void {
  response.write(`${id === undefined ? '' : `id: ${id}\n`}data: ${JSON.stringify(value)}\n\n`);
}

/** The answer to `came` with `result`. */
export function answer(came: Came, result: unknown): unknown {
  return { jsonrpc: '2.0', id: came.body['id'], result };
}

/** The JSON-RPC method that came; empty where none did. */
export function methodOf({ body }: Came): string {
  return typeof body['method'] === 'string' ? body['method'] : '';
}
