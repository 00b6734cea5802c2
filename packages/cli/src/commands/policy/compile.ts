/** `writ policy compile`: the Cedar that a pack becomes. */
import type { Command } from 'commander';
import { compilePack, type PolicyIssue, renderIssue } from '@writ/core';
import { EXIT_BAD_INPUT, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, remark, visible } from '../../terminal/index.ts';
import { readInput, toolsOf } from './read-set.ts';

interface CompileOptions {
  readonly data?: string;
  readonly tools?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addCompile(policy: Command): void {
  policy
    .command('compile')
    .description('print the Cedar that packs become; nothing is written, packs are in force as they are')
    .argument('<path...>', 'packs, folders of them, or the folder of a policy set')
    .option('--data <dir>', 'expand names by the tools known to this data folder')
    .option('--tools <file>', 'expand names by the tools in this file, `server/tool: inputSchema`')
    .option('--json', 'print one JSON object')
    .action(runs(compile));
}

async function compile(paths: readonly string[], options: CompileOptions): Promise<number> {
  const input = readInput(paths);
  const tools = await toolsOf(options.data, options.tools);
  const packs = input.kind === 'set' ? input.folder.packs : input.packs;
  const compiled = packs.map((pack) =>
    compilePack(pack, tools === undefined ? { tools: [], unlisted: 'assume' } : { tools }),
  );
  const problems = compiled.flatMap((pack) => pack.problems);
  if (options.json === true) printJson({ packs: compiled });
  else {
    for (const { cedar } of compiled) if (cedar !== '') print(visible(cedar.trimEnd(), { keepLines: true }));
    tell('problem', problems);
    tell(
      'warning',
      compiled.flatMap((pack) => pack.warnings),
    );
    if (packs.length === 0) remark('writ: note: there is no pack; Cedar is shown as it stands');
    if (tools === undefined && packs.length > 0)
      remark('writ: note: no tools are known, so a glob stands for none; give --tools or --data');
    const limits = compiled.reduce((sum, pack) => sum + pack.limits.length, 0);
    const patterns = compiled.reduce((sum, pack) => sum + pack.patterns.length, 0);
    if (limits + patterns > 0)
      remark(
        `writ: note: beside the Cedar the packs have ${limits} limits and ${patterns} patterns, which --json prints`,
      );
  }
  return problems.length === 0 ? EXIT_OK : EXIT_BAD_INPUT;
}

function tell(kind: string, issues: readonly PolicyIssue[]): void {
  for (const issue of issues) remark(visible(`writ: ${kind}: ${renderIssue(issue)}`));
}
