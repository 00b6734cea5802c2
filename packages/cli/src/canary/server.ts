/** A tiny MCP server whose one tool writes a file. Text, because it runs as a process of its own. */

/** Its program, for Node; the first argument is the file to write. */
export const CANARY_SERVER = `import { writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const answer = (id, result) => process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, result }) + '\\n');
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (id === undefined) return;
  if (method === 'initialize') {
    answer(id, { protocolVersion: params.protocolVersion, capabilities: { tools: {} }, serverInfo: { name: 'canary', version: '1' } });
  } else if (method === 'tools/list') {
    answer(id, { tools: [{ name: 'write', description: 'Writes the file.', inputSchema: { type: 'object', properties: {} } }] });
  } else if (method === 'tools/call') {
    writeFileSync(process.argv[2], 'written');
    answer(id, { content: [{ type: 'text', text: 'written' }] });
  } else {
    process.stdout.write(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'unknown method' } }) + '\\n');
  }
});
`;

/** Policies that let the client see the tool, and nothing call it. */
export const CANARY_POLICY = `@id("connect")
permit (principal, action in [Action::"initialize", Action::"server/discover", Action::"tools/list"], resource);

@id("deliver")
permit (principal, action == Action::"results/deliver", resource);

@id("canary")
@reason("the canary must not sing")
forbid (principal, action == Action::"canary/write", resource);
`;
