/** Names of tools: in addresses, and in the command that accepts one. */

/** Both were chosen by whoever configured or wrote the server. */
export interface ToolName {
  readonly server: string;
  readonly name: string;
}

/** In the address: a server has no slash in its name. */
export function keyOf({ server, name }: ToolName): string {
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
export function acceptCommand(tool: ToolName): string | undefined {
  const key = keyOf(tool);
  if (/^[A-Za-z0-9_./:@-]+$/.test(key) && !key.startsWith('-')) return `writ tools accept ${key}`;
  // Quoted, where every character is one that is seen, and that looks like no other.
  if (/^[\x20-\x7e]+$/.test(key) && !key.startsWith('-'))
    return `writ tools accept '${key.replaceAll("'", `'\\''`)}'`;
  return undefined;
}
