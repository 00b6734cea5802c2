/** The schema of tools as Cedar schema text. */
import type { ToolDefinition } from '../../model/index.ts';
import { schemaForTools } from './generate.ts';
import { printSchemaText } from './text/index.ts';

/** The Cedar schema that policies over `tools` are checked against, as text for other tools of Cedar. */
export function printToolSchema(tools: readonly ToolDefinition[]): string {
  return printSchemaText(schemaForTools(tools).cedar);
}
