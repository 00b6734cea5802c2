// The least MCP server there is: the tools of `typical.ts`, each answering the same text at once. What a call of it costs is the wire.
import { createInterface } from 'node:readline';

import { TOOLS, typicalResult } from './typical.ts';

const BYTES = 1_024;

interface Request {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: { readonly protocolVersion?: string };
}

const answers: Readonly<Record<string, (request: Request) => unknown>> = {
  initialize: ({ params }) => ({
    protocolVersion: params?.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'tiny', version: '0.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: TOOLS.map(({ definition }) => definition) }),
  'tools/call': () => typicalResult(BYTES),
};

for await (const line of createInterface({ input: process.stdin })) {
  const request = JSON.parse(line) as Request;
  if (request.id === undefined) continue;
  const answer = answers[request.method];
  const outcome =
    answer === undefined
      ? { error: { code: -32601, message: 'unknown method' } }
      : { result: answer(request) };
  process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', id: request.id, ...outcome })}\n`);
}
