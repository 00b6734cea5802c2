// The HTTP face over a part of the guard, so that what each part costs can be told: `STAGE PORT` with the port of the server behind it. Prints its own port.
//   forward       parses and sends on by the same HTTP client, without any gateway
//   pass-through  the face, every check of the protocol, and a guard that allows everything and records nothing
//   policy        the guard's line over a log in memory, without detectors
//   scan          the same with all detectors
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createHttpFace, Servers, type GatewayPorts } from '@writ/gateway';
import {
  type Decision,
  definitionHash,
  type Guard,
  type JsonObject,
  type Pin,
  systemRandom,
  systemTimers,
  type ToolDefinition,
} from '@writ/core';
import { Pool } from 'undici';

import { cedarPoint, openLine } from './line.ts';
import { SERVER } from './typical.ts';

const [stage = 'pass-through', port = '0'] = process.argv.slice(2);

function passThrough(): Guard {
  const decision = { verdict: 'allow', source: 'policy', determining: [], needs: [] } as unknown as Decision;
  const neverAborts = new AbortController().signal;
  return {
    enforce: async (action, perform) => ({
      verdict: 'allow',
      decision,
      requestId: '',
      redactions: {},
      message: '',
      outcome: 'performed',
      result: await perform({
        args: action.args,
        digest: '',
        receipt: '',
        signal: action.signal ?? neverAborts,
      }),
    }),
    list: (action) =>
      Promise.resolve({ verdict: 'allow', decision, message: '', visible: action.parts.map(() => true) }),
    countRefusal: () => {},
    close: () => Promise.resolve(),
  };
}

async function guardOf(): Promise<Guard> {
  if (stage === 'pass-through') return passThrough();
  const decisionPoint = cedarPoint();
  const { guard } = await openLine(stage === 'policy' ? { decisionPoint, detectors: [] } : { decisionPoint });
  return guard;
}

function portsOf(guard: Guard): GatewayPorts {
  const pins = new Map<string, Pin>();
  return {
    guard,
    policy: { load: () => Promise.resolve(), setTools: () => Promise.resolve(true) },
    state: { pins: () => [...pins.values()] },
    pins: {
      isAccepted: () => true,
      pinTools: (_isTrusted: boolean, definitions: readonly ToolDefinition[]) =>
        Promise.resolve(
          definitions.map(({ server, name, definition }) => {
            const hash = definitionHash(definition);
            const pin = { server, tool: name, definitionHash: hash, status: 'accepted' as const };
            pins.set(`${server}/${name}`, { ...pin, definition });
            return { ...pin, cause: 'known' as const };
          }),
        ),
    },
  };
}

async function serveFace(): Promise<(request: IncomingMessage, response: ServerResponse) => void> {
  const servers = new Servers([{ name: SERVER, url: `http://127.0.0.1:${port}/mcp`, isTrusted: true }], {
    environment: {},
    stderr: process.stderr,
    timers: systemTimers,
  });
  const face = createHttpFace({
    ports: portsOf(await guardOf()),
    timers: systemTimers,
    random: systemRandom,
    authenticate: () => Promise.resolve({}),
    openUpstreams: (handlers, scope) => servers.openAll(handlers, scope),
    expose: 'plain',
    note: (line) => void process.stderr.write(`${line}\n`),
  });
  return (request, response) => face.handle(request, response);
}

function forward(): (request: IncomingMessage, response: ServerResponse) => void {
  const pool = new Pool(`http://127.0.0.1:${port}`, { connections: 256 });
  return (request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = JSON.stringify(JSON.parse(Buffer.concat(chunks).toString()) as JsonObject);
      const headers = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
      void pool.request({ method: 'POST', path: '/mcp', headers, body }).then(async (answer) => {
        const text = JSON.stringify(await answer.body.json());
        response.writeHead(answer.statusCode, {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(text),
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
