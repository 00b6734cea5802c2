/** `writ policy generate`: the Cedar schema of the known tools, and a least-privilege start from the recorded calls. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  Fault,
  type GeneratedStart,
  generateStart,
  printToolSchema,
  readRecordedDecisions,
} from '@writ/core';
import { readData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';
import { writeNew } from './new-files.ts';
import { toolsOf } from './read-set.ts';

interface GenerateOptions {
  readonly data?: string;
  readonly tools?: string;
  readonly schema?: boolean | string;
  readonly out?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addGenerate(policy: Command): void {
  policy
    .command('generate')
    .description(
      'write permits for exactly the calls that were permitted, and the Cedar schema of the known tools',
    )
    .option(
      '--data <dir>',
      'the data folder (.writ) whose record and tools are read; its keys open the sealed bodies',
    )
    .option('--tools <file>', 'the schema alone, of the tools in this file, `server/tool: inputSchema`')
    .option(
      '--schema [file]',
      'print the Cedar schema instead; with a file, write it there beside the permits. An existing file is left alone',
    )
    .option('--out <file>', 'write the permits there; an existing file is left alone')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nShows arguments of recorded calls.')
    .action(runs(generate));
}

async function generate(options: GenerateOptions): Promise<number> {
  const { data, schema } = options;
  if (data === undefined && (options.tools === undefined || schema === undefined))
    throw new Fault('cli.usage', 'nothing says from what to generate', {
      hint: 'name a data folder with `--data`; or `--tools FILE` with `--schema` for a schema alone',
    });
  const tools = (await toolsOf(data, options.tools)) ?? [];
  if (schema !== undefined && tools.length === 0)
    throw new Fault('tool.unknown', `no tool is known to \`${data}\` yet, so there is no schema of any`, {
      hint: 'start the gateway once, so that its servers are asked, or give the tools with `--tools FILE`',
    });
  const cedarSchema = schema === undefined ? undefined : printToolSchema(tools);
  if (typeof schema === 'string' && cedarSchema !== undefined) writeNew(resolve(schema), cedarSchema);
  if (data === undefined || schema === true) {
    if (options.json === true) printJson({ schema: cedarSchema });
    else print(schema === true ? (cedarSchema ?? '').trimEnd() : `written: ${visible(String(schema))}`);
    return EXIT_OK;
  }
  return readData(resolve(data), ({ reader }) => {
    const start = generateStart(questions(readRecordedDecisions(reader)), tools);
    if (options.out !== undefined) writeNew(resolve(options.out), start.cedar);
    if (options.json === true)
      printJson(cedarSchema === undefined ? start : { ...start, schema: cedarSchema });
    else tell(start, options.out);
    return EXIT_OK;
  });
}

function* questions(decisions: ReturnType<typeof readRecordedDecisions>) {
  for (const decision of decisions) if (decision.status === 'asked') yield* decision.questions;
}

/** The Cedar goes to standard output, so that it can be piped; what must be read by a person goes to standard error. */
function tell({ cedar, calls, permitted, leftOut, loose }: GeneratedStart, out: string | undefined): void {
  print(out === undefined ? cedar.trimEnd() : `written: ${visible(out)}`);
  remark(`writ: ${calls} recorded calls, ${permitted} of them permitted; nothing else is`);
  for (const argument of loose)
    remark(visible(`writ: \`${argument}\` is permitted whatever its value: Cedar cannot compare it`));
  for (const tool of leftOut)
    remark(
      visible(
        `writ: \`${tool}\` was called in too many ways to list, or is not known any more; write a permit for it by hand`,
      ),
    );
}
