// An MCP server of few lines over HTTP, both eras: it lists one tool and answers every call with its argument. Prints its port.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

import { TOOLS } from './typical.ts';

const INFO = { name: 'echo', version: '1.0.0' };

interface Asked {
  readonly id?: number | string;
  readonly method: string;
  readonly params?: { readonly arguments?: { readonly content?: string }; readonly protocolVersion?: string };
}

const tools = TOOLS.map(({ definition }) => definition);

function resultOf({ method, params }: Asked): object | undefined {
  switch (method) {
    case 'initialize':
      return { protocolVersion: params?.protocolVersion, capabilities: { tools: {} }, serverInfo: INFO };
    case 'server/discover':
      return {
        resultType: 'complete',
        supportedVersions: ['2026-07-28'],
        capabilities: { tools: {} },
        ttlMs: 0,
        cacheScope: 'private',
      };
    case 'tools/list':
      return { resultType: 'complete', tools, ttlMs: 0, cacheScope: 'private' };
    case 'tools/call':
      return { resultType: 'complete', content: [{ type: 'text', text: params?.arguments?.content ?? '' }] };
    default:
      return undefined;
  }
}

const server = createServer((request, response) => {
  if (request.method !== 'POST') {
    response.writeHead(request.method === 'DELETE' ? 204 : 405).end();
    return;
  }
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    const asked = JSON.parse(Buffer.concat(chunks).toString()) as Asked;
    if (asked.id === undefined) {
      response.writeHead(202, { 'content-length': 0 }).end();
      return;
    }
    const result = resultOf(asked);
    const answer =
      result === undefined ? { error: { code: -32601, message: 'Method not found' } } : { result };
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', id: asked.id, ...answer }));
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': body.length,
      ...(asked.method === 'initialize' ? { 'mcp-session-id': 'bench' } : {}),
    });
    response.end(body);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, '127.0.0.1', () => {
  const { port } = server.address() as AddressInfo;
  process.stdout.write(`${port}\n`);
});
