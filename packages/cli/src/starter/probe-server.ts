/** Asks a server for its tools before it is configured. */
import { Fault, isJsonObject, type JsonObject, ownProperty, systemTimers } from '@writ/core';
import type { StarterTool } from './types.ts';

/** Longest summary shown, in UTF-16 units. */
const MAX_SUMMARY_LENGTH = 80;

/** The tools that `command` lists, as `name`. Throws `upstream.*` where it does not start or answer, `cli.usage` for no command. */
export async function probeServer(
  name: string,
  command: readonly string[],
  cwd: string,
): Promise<readonly StarterTool[]> {
  if (command.length === 0) throw new Fault('cli.usage', 'the server has no command');
  // Whoever starts without a server needs none of what speaks to one.
  const { probeTools } = await import('@writ/gateway/mcp');
  const definitions = await probeTools(
    { name, command, cwd },
    {
      environment: process.env,
      stderr: process.stderr,
      timers: systemTimers,
      stops: undefined,
      prefixed: false,
    },
  );
  return definitions.flatMap((definition) => {
    const tool = describe(definition);
    return tool === undefined ? [] : [tool];
  });
}

function describe(definition: JsonObject): StarterTool | undefined {
  const name = ownProperty(definition, 'name');
  if (typeof name !== 'string') return undefined;
  const description = ownProperty(definition, 'description');
  const annotations = ownProperty(definition, 'annotations');
  const isReadOnly = isJsonObject(annotations) && ownProperty(annotations, 'readOnlyHint') === true;
  const summary = typeof description === 'string' ? (description.split(/[\n.]/, 1)[0] ?? '') : '';
  return { name, isReadOnly, summary: summary.slice(0, MAX_SUMMARY_LENGTH) };
}
