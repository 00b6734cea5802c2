/** The agent's side: the official SDK's client, which knows nothing of Writ. */
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { isJsonObject, type JsonObject, type JsonValue } from '@writ/core';
import { DECISION_META } from '@writ/gateway/mcp';
import type { World } from './world.ts';

/** What the agent is told. */
export interface Answer {
  readonly text: string;
  readonly isError: boolean;
  /** The machine part that Writ attaches to a refusal; absent on delivered results, which are the server's own. */
  readonly decision?: JsonObject;
}

/** A connected agent. */
export interface Agent {
  readonly tools: readonly string[];
  call(tool: string, args: JsonObject, onProgress: () => void): Promise<Answer>;
  close(): Promise<void>;
}

/** Starts `writ mcp` and connects to it. */
export async function connectAgent(world: World): Promise<Agent> {
  const transport = new StdioClientTransport({
    command: world.writ,
    args: ['mcp', '--config', world.config],
    cwd: world.root,
    stderr: 'pipe',
  });
  let stderr = '';
  transport.stderr?.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
  const client = new Client({ name: 'story', version: '1.0.0' });
  try {
    await client.connect(transport);
  } catch (cause) {
    throw new Error(`the gateway did not start: ${stderr}`, { cause });
  }
  return agentOf(client);
}

/** The agent behind a client that is connected. */
export async function agentOf(client: Client, timeoutMs = 20_000): Promise<Agent> {
  const { tools } = await client.listTools();
  return {
    tools: tools.map(({ name }) => name.replace('__', '/')),
    async call(tool, args, onProgress) {
      try {
        const result = await client.callTool(
          { name: tool.replace('/', '__'), arguments: args },
          { onprogress: onProgress, timeout: timeoutMs },
        );
        return toAnswer(JSON.parse(JSON.stringify(result)) as JsonObject);
      } catch (fault) {
        const data: unknown = fault instanceof Error && 'data' in fault ? fault.data : undefined;
        const decision = isJsonObject(data) ? data[DECISION_META] : undefined;
        return { text: String(fault), isError: true, ...(isJsonObject(decision) ? { decision } : {}) };
      }
    },
    close: () => client.close(),
  };
}

function toAnswer(result: JsonObject): Answer {
  const meta = result['_meta'];
  const decision: JsonValue | undefined = isJsonObject(meta) ? meta[DECISION_META] : undefined;
  return {
    text: JSON.stringify(result['content']),
    isError: result['isError'] === true,
    ...(isJsonObject(decision) ? { decision } : {}),
  };
}
