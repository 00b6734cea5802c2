/** Putting the policies of a node in force where no MCP server is started. */
import type { ToolDefinition } from '@writ/core';
import { policyTools } from '../definitions/index.ts';
import type { WritNode } from './types.ts';

/** Policies that speak of tools are checked against those that are pinned; the rest of them waits for the gateway that knows the others. `own`: tools that no server lists. Throws `policy.*`. */
export async function loadPolicies(
  { policy, state, config }: WritNode,
  own: readonly ToolDefinition[] = [],
): Promise<void> {
  const pins = state.pins();
  const known = new Set(pins.map(({ server }) => server));
  const unseen = config.servers.flatMap(({ name }) => (known.has(name) ? [] : [name]));
  await policy.load([...own, ...policyTools(pins)], unseen);
  policy.watch();
}
