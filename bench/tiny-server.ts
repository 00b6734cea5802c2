// The least MCP server there is: the tools of `typical.ts`, each answering its argument at once. What a call of it costs is the wire.
import { createInterface } from 'node:readline';

import { TOOLS } from './typical.ts';

interface Request {
  readonly id?: string | number;
  readonly method: string;
  readonly params?: { readonly arguments?: { readonly content?: string }; readonly protocolVersion?: string };
}

const answers: Readonly<Record<string, (request: Request) => unknown>> = {
  initialize: ({ params }) => ({
    protocolVersion: params?.protocolVersion,
    capabilities: { tools: {} },
    serverInfo: { name: 'tiny', version: '0.0.0' },
  }),
  ping: () => ({}),
  'tools/list': () => ({ tools: TOOLS.map(({ definition }) => definition) }),
  'tools/call': ({ params }) => ({ content: [{ type: 'text', text: params?.arguments?.content ?? '' }] }),
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
