/** A server on the loopback interface for one test file. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerOptions } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { afterAll } from 'vitest';

/** One request. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** What is answered; `undefined`: nothing, ever. */
export type Answer = { readonly status: number; readonly body: unknown } | undefined;

/** Starts one; it ends after the tests of the file. Answers its address. With `tls` it speaks HTTPS. */
export async function startServer(
  answer: (asked: Asked) => Answer,
  tls?: { readonly cert: string; readonly key: string },
): Promise<string> {
  const listener: Parameters<typeof createServer>[1] = (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url = '', headers } = request;
      const given = answer({ method, path: url, headers, body: Buffer.concat(chunks).toString('utf8') });
      if (given === undefined) return;
      response.writeHead(given.status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(given.body));
    });
  };
  const options: ServerOptions = {};
  const server = tls === undefined ? createServer(options, listener) : createTlsServer({ ...tls }, listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the server has no port');
  return `${tls === undefined ? 'http' : 'https'}://127.0.0.1:${address.port}`;
}
