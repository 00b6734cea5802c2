// Both ends of the way over standard input and output: a client's calls, and the processes that answer them.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { End } from './gateway-call.ts';
import type { Row } from './gateway-settings.ts';
import { numbered, requestText } from './numbered.ts';
import { BUILT_NODE, WRIT } from './processes.ts';
import { initialize, startClient, type StdioClient } from './stdio-client.ts';
import { POLICIES, SERVER, typicalArguments } from './typical.ts';

const TOOL = 'write_file';

/** The server behind the gateway. */
export const TINY: readonly string[] = [process.execPath, join(import.meta.dirname, 'tiny-server.ts')];

/** The gateway of `row` in front of {@link TINY}; what it keeps is kept in `folder`. */
export function startStdioGateway({ stage }: Row, folder: string): StdioClient {
  mkdirSync(folder);
  if (stage === 'all') return startWrit(TINY, folder, 'data');
  const file = join(import.meta.dirname, 'stdio-gateway-stage.ts');
  return startClient([...BUILT_NODE, file, stage, folder, ...TINY], folder);
}

/** `writ mcp` in front of `server`, with its record in `data` under `folder`. */
export function startWrit(server: readonly string[], folder: string, data: string): StdioClient {
  const policy = join(folder, 'bench.cedar');
  writeFileSync(policy, POLICIES);
  const flags = ['--policy', policy, '--data', join(folder, data), '--name', SERVER];
  return startClient([...WRIT, 'mcp', ...flags, '--', ...server], folder);
}

/** A client after its handshake, whose first call was performed. */
export async function stdioEnd({ bytes }: Row, client: StdioClient): Promise<End> {
  await initialize(client);
  const args = typicalArguments(bytes) as { readonly content: string };
  const params = { name: TOOL, arguments: args };
  const told = await client.ask('tools/call', params);
  const [first] = (told.result?.['content'] ?? []) as readonly { readonly text?: string }[];
  if (first?.text !== args.content)
    throw new Error(`stdio: the call was not performed: ${JSON.stringify(told).slice(0, 500)}`);
  const next = numbered(Buffer.from(`${requestText('tools/call', params)}\n`));
  return { open: () => client.line(next, args.content.length) };
}
