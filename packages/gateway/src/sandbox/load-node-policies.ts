/** Policies of a node that starts no MCP server. */
import { policyTools } from '../mcp/index.ts';
import type { WritNode } from '../node/index.ts';

/** Puts them in force. What speaks of tools is checked against those that are pinned; tools of servers nobody started yet are not known. Throws `policy.*`. */
export async function loadNodePolicies({ policy, state, config }: WritNode): Promise<void> {
  const pins = state.pins();
  const known = new Set(pins.map(({ server }) => server));
  const unseen = config.servers.flatMap(({ name }) => (known.has(name) ? [] : [name]));
  await policy.load(policyTools(pins), unseen);
  policy.watch();
}
