// The HTTP face over a stage of the way, or the bare forwarder: `STAGE FOLDER PORT` with the port of the server behind it. Prints its own port.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpFace, Servers } from '@writ/gateway/mcp';
import { type JsonObject, systemRandom, systemTimers } from '@writ/core';
import { Pool } from 'undici';

import { stagePorts } from './stage.ts';
import { SERVER } from './typical.ts';

const [stage = '', folder = '', port = ''] = process.argv.slice(2);

async function serveFace(): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const servers = new Servers([{ name: SERVER, url: `http://127.0.0.1:${port}/mcp`, isTrusted: true }], {
    environment: {},
    stops: undefined,
    stderr: process.stderr,
    timers: systemTimers,
  });
  const face = createHttpFace({
    ports: await stagePorts(stage, folder),
    timers: systemTimers,
    random: systemRandom,
    authenticate: () => Promise.resolve({}),
    openUpstreams: (handlers, scope) => servers.openAll(handlers, scope),
    expose: 'plain',
    note: (line) => void process.stderr.write(`${line}\n`),
  });
  return (request, response) => face.handle(request, response);
}

/** Parses, asks, parses and answers. */
function forward(): (request: IncomingMessage, response: ServerResponse) => void {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 256 });
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()) as JsonObject);
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      void pool.request({ method: 'POST', path: '/mcp', headers, body }).then(async (answer) => {
        const given = await answer.body.text();
        const text = given === '' ? '' : JSON.stringify(JSON.parse(given));
        const session = answer.headers['mcp-session-id'];
        response.writeHead(answer.statusCode, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
          ...(session === undefined ? {} : { 'mcp-session-id': session }),
        });
        response.end(text);
      });
    });
  };
}

const server = createServer(stage === 'forward' ? forward() : await serveFace());
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const { port: own } = server.address() as AddressInfo;
  process.stdout.write(`${own}\n`);
});
