/** The tool itself as a part: the host's own are tools of a server that is called like the host, those of MCP servers are theirs. */
import { Fault, type Part } from '@writ/core';
import { type HostId, HOSTS } from '../types.ts';
import { realPath } from './real-path.ts';
import { isInWorkspace, type Surroundings } from './surroundings.ts';

/** `mcp__server__tool` of most hosts; a server's name may have single underscores. */
const DOUBLE = /^mcp__(.+?)__(.+)$/s;
/** `MCP:server:tool` of Cursor. */
const COLON = /^MCP:([^:]+):(.+)$/s;
const NAME = /^[^\p{Cc}/]{1,200}$/u;

/** `server/tool` for the host's tool. Throws `request.invalid` for names that could be taken for another's. */
export function toolId(host: HostId, tool: string): string {
  const named = DOUBLE.exec(tool) ?? COLON.exec(tool);
  const [, server = host, name = tool] = named ?? [];
  if (!NAME.test(server) || !NAME.test(name))
    throw new Fault('request.invalid', 'the name of the tool cannot be read: it has a slash or is too long');
  if (named !== null && (HOSTS as readonly string[]).includes(server))
    throw new Fault(
      'request.invalid',
      `an MCP server is called \`${server}\`, like a host of Writ: rename it`,
    );
  return `${server}/${name}`;
}

/** The part that calls it. */
export function toolPart(host: HostId, tool: string): Part {
  return { action: { name: 'tools/call' }, resource: { type: 'tool', id: toolId(host, tool) } };
}

/** Whether `part` is a tool of the host itself, and of no MCP server. */
export function isOwn(host: HostId, part: Part): boolean {
  return part.resource.id.startsWith(`${host}/`);
}

/** A tool of the host that nobody here knows may run anything: it stands as a program of which nothing is known, `?`, its name in `context.args.line`. */
export function unknownPart({ resource }: Part, around: Surroundings): Part {
  return {
    action: { name: 'process/exec' },
    resource: { type: 'program', id: '?' },
    args: {
      line: resource.id,
      options: [],
      operands: [],
      cwd: around.cwd,
      in_workspace: isInWorkspace(realPath(around.cwd, around.files).path, around),
      piped_from: [],
      unresolved: ['unknown-tool'],
    },
  };
}
