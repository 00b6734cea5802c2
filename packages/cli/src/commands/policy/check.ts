/** `writ policy check`: whether policies hold, all problems at once. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type CheckedPolicySet,
  checkPolicySet,
  Fault,
  loadPolicySet,
  type PolicyIssue,
  renderIssue,
  type ToolDefinition,
} from '@writ/core';
import { inputOptions, policyTools, versionOf } from '@writ/gateway';
import { readData } from '../../data/index.ts';
import { EXIT_BAD_INPUT, EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, styled, visible } from '../../terminal/index.ts';
import { readInput, toolsOf } from './read-set.ts';

interface CheckOptions {
  readonly data?: string;
  readonly tools?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addCheck(policy: Command): void {
  policy
    .command('check')
    .description('check policy files, and print every problem with its place')
    .argument('<path...>', 'policy files, folders of them, or the folder of a policy set')
    .option('--data <dir>', 'also check types against the tools known to this data folder')
    .option('--tools <file>', 'the same by the tools in this file, `server/tool: inputSchema`')
    .option('--json', 'print one JSON object')
    .action(runs(check));
}

async function check(paths: readonly string[], options: CheckOptions): Promise<number> {
  const tools =
    options.data === undefined || options.tools !== undefined
      ? await toolsOf(options.data, options.tools)
      : await knownTools(resolve(options.data));
  const input = readInput(paths);
  const set = inputOptions(input, 'strict', tools);
  const checked = checkPolicySet(set);
  const isGood = checked.problems.length === 0;
  const version = isGood ? versionOf(input, loadPolicySet(set)) : undefined;
  if (options.json === true)
    printJson({ ...report(checked), ...(version === undefined ? {} : { set: version }) });
  else {
    printReport(checked);
    if (version !== undefined)
      print(`policy set ${version.name}, version ${version.version}, identity ${version.identity}`);
  }
  return isGood ? EXIT_OK : EXIT_BAD_INPUT;
}

/** The known tools, as a gateway hands them to the policies. */
function knownTools(data: string): Promise<readonly ToolDefinition[]> {
  return readData(data, ({ state }) => {
    const pins = state.pins();
    if (pins.length === 0) {
      const hint = 'start the gateway once, so that its servers are asked, or leave out `--data`';
      throw new Fault('tool.unknown', `no tool is known to \`${data}\` yet`, { hint });
    }
    return policyTools(pins);
  });
}

function report(checked: CheckedPolicySet): object {
  const plain = ({ code, message, place, hint, policy }: PolicyIssue): unknown => ({
    code,
    message,
    ...place,
    hint,
    policy,
  });
  return {
    ok: checked.problems.length === 0,
    policies: checked.policies.map(({ id, effect, contentHash, place }) => ({
      id,
      effect,
      contentHash,
      ...place,
    })),
    problems: checked.problems.map(plain),
    warnings: checked.warnings.map(plain),
    assumed: checked.report.assumed,
    oddities: checked.report.oddities,
    unchecked: checked.report.unchecked,
  };
}

function printReport({
  policies,
  problems,
  warnings,
  report: { assumed, oddities, unchecked },
}: CheckedPolicySet): void {
  for (const problem of problems) print(`${styled('red', 'problem')}  ${visible(renderIssue(problem))}`);
  for (const warning of warnings) print(`${styled('yellow', 'warning')}  ${visible(renderIssue(warning))}`);
  if (assumed.length > 0) print(`taken as given, for no server was asked: ${assumed.join(', ')}`);
  if (unchecked.length > 0) print(`types not checked: ${unchecked.join(', ')}`);
  if (oddities.length > 0)
    print(`${oddities.length} tool arguments cannot be judged by policies (--json lists them)`);
  const forbids = policies.filter(({ effect }) => effect === 'forbid').length;
  const verdict =
    problems.length === 0 ? styled('green', 'ok') : styled('red', `${problems.length} problems`);
  print(`${verdict}: ${policies.length - forbids} permits, ${forbids} forbids`);
}
