/** A tool as its server defines it. */
import { canonicalJson, type JsonObject } from '../kernel/index.ts';
import { sha256Hex } from '../kernel/crypto/index.ts';

/** One tool of one server, with its whole definition. */
export interface ToolDefinition {
  /** `[a-z0-9][a-z0-9-]{0,31}`. */
  readonly server: string;
  readonly name: string;
  /** The definition exactly as listed: `name`, `inputSchema` and everything else. */
  readonly definition: JsonObject;
}

/** What a server may be called. The first `/` of `server/tool` therefore separates. */
export const SERVER_NAME: RegExp = /^[a-z0-9][a-z0-9-]{0,31}$/;

/** SHA-256 in hexadecimal over RFC 8785 JSON of the whole definition: any change, in any field, is another pin. */
export function definitionHash(definition: JsonObject): string {
  return sha256Hex(canonicalJson(definition));
}

/** `server/tool`, as policy and receipts name it. */
export function toolId(tool: Pick<ToolDefinition, 'server' | 'name'>): string {
  return `${tool.server}/${tool.name}`;
}
