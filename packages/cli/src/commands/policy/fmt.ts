/** `writ policy fmt`: one layout for all policy files. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { formatPolicies, type PolicyIssue, type PolicySource, renderIssue } from '@writ/core';
import { POLICY_FILE_ENDING } from '@writ/gateway';
import { EXIT_BAD_INPUT, EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, styled, visible } from '../../terminal/index.ts';
import { readInput } from './read-set.ts';

interface FormatOptions {
  readonly check?: boolean;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addFormat(policy: Command): void {
  policy
    .command('fmt')
    .description(
      'write policy files in one layout; comments stay, and nothing is written where a file has problems',
    )
    .argument('<path...>', 'policy files and folders of them')
    .option('--check', 'write nothing; exit 1 where a file would change')
    .option('--json', 'print one JSON object')
    .action(runs(format));
}

function format(paths: readonly string[], options: FormatOptions): number {
  const base = process.cwd();
  const { files } = readInput(paths);
  const sources = files.filter(({ name }) => name.endsWith(POLICY_FILE_ENDING));
  const problems: PolicyIssue[] = [];
  const changed: { readonly source: PolicySource; readonly text: string }[] = [];
  for (const source of sources) {
    const formatted = formatPolicies(source);
    if ('problems' in formatted) problems.push(...formatted.problems);
    else if (formatted.text !== source.text) changed.push({ source, text: formatted.text });
  }
  const writes = options.check !== true && problems.length === 0;
  if (writes) for (const { source, text } of changed) writeFileSync(resolve(base, source.name), text);
  const names = changed.map(({ source }) => source.name);
  if (options.json === true) printJson({ files: sources.length, changed: names, written: writes, problems });
  else tell(names, problems, { files: sources.length, writes });
  if (problems.length > 0) return EXIT_BAD_INPUT;
  return options.check === true && changed.length > 0 ? EXIT_NEGATIVE : EXIT_OK;
}

function tell(
  names: readonly string[],
  problems: readonly PolicyIssue[],
  { files, writes }: { readonly files: number; readonly writes: boolean },
): void {
  for (const problem of problems) print(`${styled('red', 'problem')}  ${visible(renderIssue(problem))}`);
  for (const name of names) print(`${writes ? 'written' : 'differs'}  ${visible(name)}`);
  if (problems.length > 0) print('nothing was written');
  else if (names.length === 0) print(`${styled('green', 'ok')}: ${files} files are in layout`);
}
