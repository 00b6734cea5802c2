/** `writ policy import`: another product's policy file as Cedar, and everything that could not be carried over. */
import { readFileSync } from 'node:fs';
import { basename, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  Fault,
  fromUtf8,
  importAgentgateway,
  importAgentGovernanceToolkit,
  importAuthensor,
  importCedar,
  type ImportedPolicies,
  printManifest,
} from '@writ/core';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';
import { writeNew, writeNewFolder } from './new-files.ts';
import { toolsOf } from './read-set.ts';

const IMPORTERS = {
  agt: importAgentGovernanceToolkit,
  authensor: importAuthensor,
  agentgateway: importAgentgateway,
  cedar: importCedar,
} as const;

interface ImportCommandOptions {
  readonly from: keyof typeof IMPORTERS;
  readonly server?: string;
  readonly out?: string;
  readonly set?: string;
  readonly data?: string;
  readonly tools?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addImport(policy: Command): void {
  policy
    .command('import')
    .description(
      'turn another product’s policy file into Cedar; exit 1 where something could not be carried over',
    )
    .argument('<file>', 'the file')
    .addOption(
      new Option('--from <format>', 'its format').choices(Object.keys(IMPORTERS)).makeOptionMandatory(),
    )
    .option('--server <name>', 'the server of tools that are named without one')
    .option('--data <dir>', 'expand names by the tools known to this data folder')
    .option('--tools <file>', 'the same by the tools in this file, `server/tool: inputSchema`')
    .option('--out <file>', 'write the Cedar there; an existing file is left alone')
    .option(
      '--set <folder>',
      'write a whole policy set there, limits and patterns included; an existing folder is left alone',
    )
    .option('--json', 'print one JSON object')
    .action(runs(importFile));
}

async function importFile(file: string, options: ImportCommandOptions): Promise<number> {
  const tools = await toolsOf(options.data, options.tools);
  const imported = IMPORTERS[options.from](readText(file), {
    file: basename(file),
    ...(options.server === undefined ? {} : { server: options.server }),
    ...(tools === undefined ? {} : { tools }),
  });
  if (options.out !== undefined) writeNew(resolve(options.out), imported.cedar);
  if (options.set !== undefined) writeSet(resolve(options.set), options.from, imported);
  if (options.json === true) printJson(imported);
  else tell(imported, options);
  return imported.report.some(({ kind }) => kind === 'lost') ? EXIT_NEGATIVE : EXIT_OK;
}

function readText(file: string): string {
  try {
    return fromUtf8(readFileSync(resolve(file)));
  } catch (cause) {
    throw new Fault('policy.unreadable', `cannot read \`${file}\` as UTF-8 text`, { file }, { cause });
  }
}

/** A policy set with everything that was carried over. */
function writeSet(folder: string, name: string, { cedar, limits, patterns }: ImportedPolicies): void {
  const manifest = { name, version: 1, onError: 'deny', links: [], limits, patterns } as const;
  writeNewFolder(folder, {
    'policy-set.yaml': printManifest(manifest),
    [`organisation/${name}.cedar`]: cedar,
  });
}

/** The Cedar goes to standard output, so that it can be piped; what must be read by a person goes to standard error. */
function tell(
  { cedar, limits, patterns, report }: ImportedPolicies,
  { out, set }: ImportCommandOptions,
): void {
  if (out === undefined && set === undefined) print(cedar.trimEnd());
  for (const { kind, place, what, why } of report)
    remark(visible(`writ: ${kind}: ${place.file}:${place.line}:${place.column}: ${what}: ${why}`));
  if (set !== undefined) {
    print(`written: ${visible(set)}, with ${limits.length} limits and ${patterns.length} patterns`);
    return;
  }
  if (limits.length > 0)
    remark(
      `writ: ${limits.length} limits stand beside the Cedar and are not in force; \`--set FOLDER\` writes them too`,
    );
  if (patterns.length > 0)
    remark(
      `writ: ${patterns.length} patterns stand beside the Cedar, and the calls they are about are denied without them; \`--set FOLDER\` writes them too`,
    );
}
