/** A tool as the API has it, and the command that accepts it. */
import type { operations } from '../../api/index.ts';

export type Tool = operations['listTools']['responses'][200]['content']['application/json']['items'][number];
export type ToolDetail = operations['getTool']['responses'][200]['content']['application/json'];
export type ToolPin = ToolDetail['history'][number];

/** In the address: a server has no slash in its name. */
export function keyOf({ server, name }: Pick<Tool, 'server' | 'name'>): string {
  return `${server}/${name}`;
}

/** The same apart; nothing of what is none. */
export function partsOf(key: string): { readonly server: string; readonly name: string } | undefined {
  const end = key.indexOf('/');
  return end <= 0 || end === key.length - 1
    ? undefined
    : { server: key.slice(0, end), name: key.slice(end + 1) };
}

/** `writ tools accept`, as a shell takes it; nothing where the name holds what nobody should paste into one. */
export function acceptCommand(tool: Pick<Tool, 'server' | 'name'>): string | undefined {
  const key = keyOf(tool);
  if (/^[A-Za-z0-9_./:@-]+$/.test(key) && !key.startsWith('-')) return `writ tools accept ${key}`;
  // Quoted, where every character is one that is seen, and that looks like no other.
  if (/^[\x20-\x7e]+$/.test(key) && !key.startsWith('-')) return `writ tools accept '${key.replaceAll("'", `'\\''`)}'`;
  return undefined;
}
