/** Servers of the official SDKs in this process, over HTTP, each of one era alone. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { type NodeIncomingMessageLike, toNodeHandler } from '@modelcontextprotocol/node';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js';
import { CallToolRequestSchema, ListToolsRequestSchema } from '@modelcontextprotocol/sdk/types.js';
import { createMcpHandler, McpServer } from '@modelcontextprotocol/server';
import { onTestFinished } from 'vitest';

/** A running server. */
export interface SdkServer {
  readonly url: string;
  /** Methods and JSON-RPC methods that came, in order. */
  readonly came: string[];
  /** Forgets every session, as after a restart. */
  forget(): void;
}

/** Version 1 of the SDK, with sessions: it knows the legacy era alone. */
export function sdkV1(): Promise<SdkServer> {
  const sessions = new Map<string, StreamableHTTPServerTransport>();
  return serve(
    () => sessions.clear(),
    async (request, response, body) => {
      const id = request.headers['mcp-session-id'];
      const known = typeof id === 'string' ? sessions.get(id) : undefined;
      if (known !== undefined) return known.handleRequest(request, response, body);
      if (id !== undefined) {
        const error = { code: -32001, message: 'Session not found' };
        return void response
          .writeHead(404, { 'content-type': 'application/json' })
          .end(JSON.stringify({ jsonrpc: '2.0', error, id: null }));
      }
      const transport = new StreamableHTTPServerTransport({
        sessionIdGenerator: randomUUID,
        onsessioninitialized: (session) => void sessions.set(session, transport),
      });
      const server = new Server(
        { name: 'v1', version: '1' },
        { capabilities: { tools: { listChanged: true } } },
      );
      server.setRequestHandler(ListToolsRequestSchema, () => ({
        tools: [{ name: 'echo', inputSchema: { type: 'object' as const } }],
      }));
      server.setRequestHandler(CallToolRequestSchema, ({ params }) => ({
        content: [{ type: 'text' as const, text: JSON.stringify(params.arguments ?? {}) }],
      }));
      await server.connect(transport);
      return transport.handleRequest(request, response, body);
    },
  );
}

/** Version 2 of the SDK, which turns the legacy era away. */
export function sdkV2(): Promise<SdkServer> {
  const handle = toNodeHandler(
    createMcpHandler(
      () => {
        const server = new McpServer({ name: 'v2', version: '2' }, { capabilities: { tools: {} } });
        server.registerTool('echo', {}, () => ({ content: [{ type: 'text', text: '{}' }] }));
        return server;
      },
      { legacy: 'reject' },
    ),
  );
  return serve(
    () => {},
    (request, response, body) => handle(request as NodeIncomingMessageLike, response, body),
  );
}

type Handle = (request: IncomingMessage, response: ServerResponse, body: unknown) => Promise<unknown>;

async function serve(forget: () => void, handle: Handle): Promise<SdkServer> {
  const came: string[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString();
      const body: unknown = text === '' ? undefined : JSON.parse(text);
      const method =
        body !== undefined && typeof body === 'object' && body !== null && 'method' in body
          ? ` ${String(body.method)}`
          : '';
      came.push(`${request.method ?? ''}${method}`);
      void handle(request, response, body);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/mcp`, came, forget };
}
