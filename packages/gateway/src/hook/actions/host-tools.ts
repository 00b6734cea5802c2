/** The hosts' own tools as definitions, so that policies can name them. Their arguments stay untyped: versions of hosts differ, and what counts is in the parts. */
import type { ToolDefinition } from '@writ/core';
import { HOSTS } from '../types.ts';
import { toolsOf } from './tools.ts';

/** One definition of each known tool of each host. */
export function hostTools(): readonly ToolDefinition[] {
  return HOSTS.flatMap((server) =>
    toolsOf(server).map((name) => ({
      server,
      name,
      definition: { name, inputSchema: { type: 'object', properties: TYPED } },
    })),
  );
}

/** Arguments that policies may read wherever a tool has them. */
const TYPED = {
  command: { type: 'string' },
  file_path: { type: 'string' },
  url: { type: 'string' },
} as const;
