/** `writ policy generate`: the Cedar schema of the known tools, and a least-privilege start from the recorded calls. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type GeneratedStart,
  generateStart,
  isJsonObject,
  printToolSchema,
  readRecordedDecisions,
  type ToolDefinition,
} from '@writ/core';
import { readData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';
import { toolsOf } from './read-set.ts';

interface GenerateOptions {
  readonly data: string;
  readonly schema?: boolean;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addGenerate(policy: Command): void {
  policy
    .command('generate')
    .description(
      'write permits for exactly the calls that were permitted, or the Cedar schema of the known tools',
    )
    .requiredOption(
      '--data <dir>',
      'the data folder (.writ) whose record and tools are read; its keys open the sealed bodies',
    )
    .option('--schema', 'print the Cedar schema instead')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nShows arguments of recorded calls.')
    .action(runs(generate));
}

async function generate(options: GenerateOptions): Promise<number> {
  const data = resolve(options.data);
  const tools = (await toolsOf(data)) ?? [];
  if (options.schema === true) {
    const schema = printToolSchema(tools);
    if (options.json === true) printJson({ schema });
    else print(schema.trimEnd());
    return EXIT_OK;
  }
  return readData(data, ({ reader }) => {
    const start = generateStart(questions(readRecordedDecisions(reader)), (tool) => argumentsOf(tools, tool));
    if (options.json === true) printJson(start);
    else tell(start);
    return EXIT_OK;
  });
}

function* questions(decisions: ReturnType<typeof readRecordedDecisions>) {
  for (const decision of decisions) if (decision.status === 'asked') yield* decision.questions;
}

function argumentsOf(tools: readonly ToolDefinition[], id: string): readonly string[] {
  const tool = tools.find(({ server, name }) => `${server}/${name}` === id);
  const schema = tool?.definition['inputSchema'];
  const properties = isJsonObject(schema) ? schema['properties'] : undefined;
  return isJsonObject(properties) ? Object.keys(properties) : [];
}

function tell({ cedar, calls, permitted, leftOut }: GeneratedStart): void {
  print(cedar.trimEnd());
  remark(`writ: ${calls} recorded calls, ${permitted} of them permitted; nothing else is`);
  for (const tool of leftOut)
    remark(visible(`writ: \`${tool}\` was called in too many ways to list; write a permit for it by hand`));
}
