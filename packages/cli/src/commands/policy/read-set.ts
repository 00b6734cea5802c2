/** The policies at paths of the command line, with the tools that are known. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import {
  Fault,
  fromUtf8,
  type Mode,
  parseTools,
  type PolicySetOptions,
  type ToolDefinition,
} from '@writ/core';
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

/** The tools that the data folder knows, or those in the file `tools`; none where neither says any. Throws `policy.*`, `cli.usage` for both. */
export async function toolsOf(
  data: string | undefined,
  tools?: string,
): Promise<readonly ToolDefinition[] | undefined> {
  if (tools !== undefined) {
    if (data !== undefined)
      throw new Fault('cli.usage', '`--tools` and `--data` both say which tools there are', {
        hint: 'give one of them',
      });
    return readTools(tools);
  }
  if (data === undefined) return undefined;
  const pins = await readData(resolve(data), ({ state }) => state.pins());
  return pins.length === 0 ? undefined : policyTools(pins);
}

function readTools(file: string): readonly ToolDefinition[] {
  let text: string;
  try {
    text = fromUtf8(readFileSync(resolve(file)));
  } catch (cause) {
    throw new Fault('policy.unreadable', `cannot read \`${file}\` as UTF-8 text`, { file }, { cause });
  }
  return parseTools({ name: file, text });
}
