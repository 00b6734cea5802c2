/** Where a browser comes back to after a person signed in: a port of the loopback interface, for one answer (RFC 8252 §7.3). */
import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Fault } from '@writ/core';

const HOST = '127.0.0.1';
const PATH = '/callback';
const PAGE_HEADERS = {
  'content-type': 'text/plain; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  connection: 'close',
};

/** The listener. */
export class RedirectListener {
  readonly #server: Server;
  readonly #port: number;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.#port = port;
  }

  /** Listens on `port`, or where it is 0 on one that is free. Throws `io.failed`. */
  static async open(port: number): Promise<RedirectListener> {
    const server = createServer();
    server.listen(port, HOST);
    try {
      await once(server, 'listening');
    } catch (cause) {
      throw new Fault('io.failed', `nothing can listen on port ${port} of ${HOST}`, {}, { cause });
    }
    return new RedirectListener(server, (server.address() as AddressInfo).port);
  }

  get port(): number {
    return this.#port;
  }

  /** The address that the authorization server sends the browser to. */
  get uri(): string {
    return redirectUri(this.#port);
  }

  /**
   * The parameters of the answer that carries `state`; whatever else comes is turned away, so that nobody ends the wait who was not sent.
   * Rejects with the reason of `signal`.
   */
  answer(state: string, signal: AbortSignal): Promise<URLSearchParams> {
    return new Promise((resolve, reject) => {
      const end = (): void => reject(signal.reason as Error);
      if (signal.aborted) end();
      signal.addEventListener('abort', end, { once: true });
      this.#server.on('request', (request, response) => {
        const url = URL.parse(request.url ?? '', this.uri);
        const isOurs =
          request.method === 'GET' &&
          request.headers.host === `${HOST}:${this.#port}` &&
          url?.pathname === PATH &&
          url.searchParams.get('state') === state;
        if (!isOurs) {
          say(response, 404, 'Nothing is here.');
          return;
        }
        say(response, 200, 'Writ has the answer. You can close this page and look at the terminal.');
        resolve(url.searchParams);
      });
    });
  }

  close(): void {
    this.#server.close();
  }
}

/** The address of a listener on `port`. */
export function redirectUri(port: number): string {
  return `http://${HOST}:${port}${PATH}`;
}

function say(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, PAGE_HEADERS).end(`${text}\n`);
}
