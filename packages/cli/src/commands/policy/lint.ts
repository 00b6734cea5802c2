/** `writ policy lint`: policies that hold, and that their author probably did not mean so. */
import { type Command, Option } from 'commander';
import {
  checkPolicySet,
  Fault,
  LINT_RULES,
  type LintFinding,
  lintPolicies,
  type LintRule,
  renderIssue,
} from '@writ/core';
import { inputOptions } from '@writ/gateway';
import { EXIT_BAD_INPUT, EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { print, printJson, styled, visible } from '../../terminal/index.ts';
import { readInput } from './read-set.ts';

interface LintOptions {
  readonly deny: readonly string[];
  readonly ignore: readonly string[];
  readonly json?: boolean;
}

const RULES = Object.keys(LINT_RULES) as readonly LintRule[];

/** Adds the command to `policy`. */
export function addLint(policy: Command): void {
  const rules = RULES.map((rule) => `  ${rule.padEnd(20)} ${LINT_RULES[rule]}`).join('\n');
  policy
    .command('lint')
    .description('tell what an author probably did not mean; exit 1 where a denied rule found something')
    .argument('<path...>', 'policy files and folders of them')
    .addOption(
      new Option('--deny <rule>', 'a rule whose findings fail; `all` for every one')
        .argParser(collect)
        .default([]),
    )
    .addOption(new Option('--ignore <rule>', 'a rule to leave out').argParser(collect).default([]))
    .option('--json', 'print one JSON object')
    .addHelpText('after', `\nRules:\n${rules}`)
    .action(runs(lint));
}

function lint(paths: readonly string[], options: LintOptions): number {
  const denied = new Set(options.deny.flatMap((name) => (name === 'all' ? RULES : [ruleOf(name)])));
  const ignored = new Set(options.ignore.map(ruleOf));
  const { policies, problems } = checkPolicySet(inputOptions(readInput(paths), 'strict', undefined));
  if (problems.length > 0) {
    if (options.json === true) printJson({ problems: problems.map(renderIssue), findings: [] });
    else
      for (const problem of problems) print(`${styled('red', 'problem')}  ${visible(renderIssue(problem))}`);
    return EXIT_BAD_INPUT;
  }
  const { findings: all, isComplete } = lintPolicies(policies);
  const findings = all.filter(({ rule }) => !ignored.has(rule));
  if (options.json === true) printJson({ policies: policies.length, isComplete, findings });
  else {
    for (const finding of findings) tell(finding, denied.has(finding.rule));
    if (!isComplete)
      print('the set is too large to compare every two policies; only single ones were looked at');
    print(
      findings.length === 0
        ? `${styled('green', 'ok')}: ${policies.length} policies`
        : `${findings.length} findings`,
    );
  }
  return findings.some(({ rule }) => denied.has(rule)) ? EXIT_NEGATIVE : EXIT_OK;
}

function ruleOf(name: string): LintRule {
  const rule = RULES.find((known) => known === name);
  if (rule !== undefined) return rule;
  throw new Fault('cli.usage', `\`${name}\` is not a rule of lint`, {
    hint: `the rules are ${RULES.join(', ')}`,
  });
}

function tell({ rule, policy, place, message, hint }: LintFinding, isDenied: boolean): void {
  const level = isDenied ? styled('red', rule) : styled('yellow', rule);
  print(
    `${level}  ${visible(`${place.file}:${place.line}:${place.column}: policy \`${policy}\`: ${message} (${hint})`)}`,
  );
}
