/** The policies at paths of the command line, with the tools that are known. */
import { resolve } from 'node:path';
import { type Mode, type PolicySetOptions, type ToolDefinition } from '@writ/core';
import { policyTools, readPolicySources } from '@writ/gateway';
import { readData } from '../../data/index.ts';

/** What loading `paths` takes. Throws `policy.not-found`, `policy.unreadable`, `policy.empty`. */
export function readSet(
  paths: readonly string[],
  mode: Mode,
  tools: readonly ToolDefinition[] | undefined,
): PolicySetOptions {
  const sources = readPolicySources(
    paths.map((path) => resolve(path)),
    process.cwd(),
  );
  return { sources, mode, ...(tools === undefined ? {} : { tools, unlisted: 'assume' }) };
}

/** The tools that the data folder knows; none where no gateway ever asked a server. */
export async function toolsOf(data: string | undefined): Promise<readonly ToolDefinition[] | undefined> {
  if (data === undefined) return undefined;
  const pins = await readData(resolve(data), ({ state }) => state.pins());
  return pins.length === 0 ? undefined : policyTools(pins);
}
