/** The agent's side over HTTP: the official SDK's client, which knows nothing of Writ. */
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { type Agent, agentOf } from '../story/client.ts';

/** Connects to the gateway at `url`. `timeoutMs`: how long a call may be held. */
export async function connectOverHttp(url: string, timeoutMs: number): Promise<Agent> {
  const client = new Client({ name: 'first-minute', version: '1.0.0' });
  await client.connect(new StreamableHTTPClientTransport(new URL(url)));
  return agentOf(client, timeoutMs);
}
