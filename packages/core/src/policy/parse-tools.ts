/** Tools in a file, for where no server is at hand: `server/tool: inputSchema`, in YAML or JSON. */
import { parse } from 'yaml';
import { Fault, isJsonObject } from '../kernel/index.ts';
import type { ToolDefinition } from '../model/index.ts';
import type { PolicySource } from './language/index.ts';

/** Most tools of one file. */
const MAX_TOOLS = 10_000;

/** The tools in `source`. Throws `policy.syntax`, naming the tool. */
export function parseTools({ name: file, text }: PolicySource): readonly ToolDefinition[] {
  const refuse = (message: string): never => {
    const hint = 'write `server/tool: {type: object, properties: …}`, one line for each tool';
    throw new Fault('policy.syntax', `${file}: ${message}`, { file, hint });
  };
  const schemas = parseYaml(text, refuse);
  if (!isJsonObject(schemas)) return refuse('the tools are no map');
  const entries = Object.entries(schemas);
  if (entries.length > MAX_TOOLS) refuse(`more than ${MAX_TOOLS} tools`);
  return entries.map(([id, inputSchema]) => {
    const slash = id.indexOf('/');
    if (slash < 1 || slash === id.length - 1) return refuse(`\`${id}\` is no \`server/tool\``);
    if (!isJsonObject(inputSchema)) return refuse(`the input schema of \`${id}\` is no object`);
    const name = id.slice(slash + 1);
    return { server: id.slice(0, slash), name, definition: { name, inputSchema } };
  });
}

function parseYaml(text: string, refuse: (message: string) => never): unknown {
  try {
    return parse(text, { strict: true, uniqueKeys: true, maxAliasCount: 0 });
  } catch (cause) {
    return refuse(`not valid YAML: ${cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : ''}`);
  }
}
