/** The policies at paths of the command line, with the tools that are known. */
import { resolve } from 'node:path';
import { type Mode, type PolicySetOptions, type ToolDefinition } from '@writ/core';
import { inputOptions, type PolicyInput, policyTools, readPolicyInput } from '@writ/gateway';
import { readData } from '../../data/index.ts';

/** What loading `paths` takes. Throws `policy.not-found`, `policy.unreadable`, `policy.empty`. */
export function readSet(
  paths: readonly string[],
  mode: Mode,
  tools: readonly ToolDefinition[] | undefined,
): PolicySetOptions {
  const input = readInput(paths);
  const options = inputOptions(input, mode, tools);
  return tools === undefined ? options : { ...options, unlisted: 'assume' };
}

/** The folder of a policy set, or files and folders of Cedar. */
export function readInput(paths: readonly string[]): PolicyInput {
  return readPolicyInput(
    paths.map((path) => resolve(path)),
    process.cwd(),
  );
}

/** The tools that the data folder knows; none where no gateway ever asked a server. */
export async function toolsOf(data: string | undefined): Promise<readonly ToolDefinition[] | undefined> {
  if (data === undefined) return undefined;
  const pins = await readData(resolve(data), ({ state }) => state.pins());
  return pins.length === 0 ? undefined : policyTools(pins);
}
