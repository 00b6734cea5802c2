// Receivers of webhooks and syslog in this process: they count, and do nothing else.
import { once } from 'node:events';
import { createServer as createHttpServer } from 'node:http';
import { type AddressInfo, createServer as createTcpServer, type Server } from 'node:net';
import type { Sink } from './sink.ts';

const LINE_FEED = 10;
/** Where each message of syslog begins that Writ sends: facility 13, any severity, version 1. */
const MESSAGE = /<1(?:0[4-9]|1[01])>1 /g;

/** Takes each line of a body as an event. */
export async function webhookSink(): Promise<Sink> {
  let events = 0;
  const server = createHttpServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      for (let at = chunk.indexOf(LINE_FEED); at !== -1; at = chunk.indexOf(LINE_FEED, at + 1)) events += 1;
    });
    request.once('end', () => response.end());
  });
  const port = await listening(server);
  return {
    target: {
      type: 'webhook',
      url: `http://127.0.0.1:${port}/`,
      body: 'lines',
      format: 'ocsf',
      headers: [],
    },
    arrived: () => Promise.resolve(events),
    close: () => closed(server),
  };
}

/** Takes each message as an event; what it is sent is read once it is asked. */
export async function syslogSink(): Promise<Sink> {
  const connections: Buffer[][] = [];
  const server = createTcpServer((socket) => {
    const chunks: Buffer[] = [];
    connections.push(chunks);
    socket.on('data', (chunk: Buffer) => void chunks.push(chunk));
  });
  const port = await listening(server);
  return {
    target: { type: 'syslog', host: '127.0.0.1', port, format: 'ocsf', tls: false, hostname: 'bench' },
    arrived: () =>
      Promise.resolve(
        connections
          .map((chunks) => Buffer.concat(chunks).toString('latin1').match(MESSAGE)?.length ?? 0)
          .reduce((sum, count) => sum + count, 0),
      ),
    close: () => closed(server),
  };
}

/** Listens on a port that is free; answers it. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}

/** Takes no more; what is under way ends with its senders. */
export function closed(server: Server): Promise<void> {
  server.close();
  return Promise.resolve();
}
