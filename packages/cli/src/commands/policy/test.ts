/** `writ policy test`: cases over a set, with what they leave untouched. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join, relative, resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type CaseReport,
  Fault,
  judgeCaseLimits,
  parseCases,
  type PolicyCase,
  type PolicyCoverage,
  type PolicySource,
  renderIssue,
  runCases,
} from '@writ/core';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { collect, runs } from '../../run.ts';
import { print, printJson, styled, visible } from '../../terminal/index.ts';
import { readSet, toolsOf } from './read-set.ts';

interface TestOptions {
  readonly cases: readonly string[];
  readonly data?: string;
  readonly tools?: string;
  readonly coverageMin?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addTest(policy: Command): void {
  policy
    .command('test')
    .description(
      'run cases (YAML: request, expected verdict and policies) over policies; exit 1 where one fails',
    )
    .argument('<path...>', 'policy files and folders of them')
    .option('--cases <path>', 'a case file or a folder of `*.yaml`, needed; may be repeated', collect, [])
    .option('--data <dir>', 'type arguments by the tools known to this data folder')
    .option('--tools <file>', 'the same by the tools in this file, `server/tool: inputSchema`')
    .option('--coverage-min <percent>', 'exit 1 where fewer of the policies and conditions are covered')
    .option('--json', 'print one JSON object')
    .action(runs(test));
}

async function test(paths: readonly string[], options: TestOptions): Promise<number> {
  const least = parsePercent(options.coverageMin);
  if (options.cases.length === 0)
    throw new Fault('cli.usage', '`--cases` is not given, so there is nothing to run', {
      hint: 'name a YAML file of cases: a list of `name`, `tool`, `args` and `expect: {verdict: …}`',
    });
  const cases = readCases(options.cases);
  const set = readSet(paths, 'strict', await toolsOf(options.data, options.tools));
  const report = runCases(set, cases, judgeCaseLimits);
  const covered = percentOf(report.coverage);
  const failed = report.results.filter(({ passed }) => !passed).length;
  if (options.json === true)
    printJson({
      passed: report.results.length - failed,
      failed,
      coverage: { percent: covered, policies: report.coverage },
      cases: report.results.map(({ name, passed, failures, notes, outcome }) => ({
        name,
        passed,
        failures,
        notes,
        verdict: outcome.verdict,
      })),
    });
  else tell(report, failed, covered);
  return failed > 0 || covered < least ? EXIT_NEGATIVE : EXIT_OK;
}

function readCases(paths: readonly string[]): readonly PolicyCase[] {
  const sources = paths.flatMap((path) => listFiles(resolve(path))).map(readCaseFile);
  const parsed = sources.map(parseCases);
  const problems = parsed.flatMap((one) => ('problems' in one ? one.problems : []));
  const [first] = problems;
  if (first !== undefined)
    throw new Fault(first.code, renderIssue(first), { problems: problems.map(renderIssue) });
  const cases = parsed.flatMap((one) => ('cases' in one ? one.cases : []));
  if (cases.length === 0)
    throw new Fault('policy.empty', `no case stands in ${paths.map((path) => `\`${path}\``).join(', ')}`, {
      hint: 'write a list of `name`, `tool`, `args` and `expect: {verdict: …}` into a file ending in .yaml',
    });
  return cases;
}

function listFiles(path: string): readonly string[] {
  try {
    if (!statSync(path).isDirectory()) return [path];
    return readdirSync(path)
      .filter((name) => /\.ya?ml$/.test(name))
      .sort()
      .map((name) => join(path, name));
  } catch (cause) {
    throw new Fault('policy.not-found', `no cases stand at \`${path}\``, {}, { cause });
  }
}

function readCaseFile(path: string): PolicySource {
  return { name: relative(process.cwd(), path) || path, text: readFileSync(path, 'utf8') };
}

function parsePercent(text: string | undefined): number {
  if (text === undefined) return 0;
  const percent = /^\d{1,3}$/.test(text) ? Number(text) : Number.NaN;
  if (percent <= 100) return percent;
  throw new Fault('cli.usage', `\`${text}\` is no percentage`, { hint: 'a whole number from 0 to 100' });
}

/** Policies that applied and conditions that were both, of all policies and conditions. */
function percentOf(coverage: readonly PolicyCoverage[]): number {
  const sum = (count: (one: PolicyCoverage) => number): number =>
    coverage.reduce((total, one) => total + count(one), 0);
  const total = sum(({ conditions }) => 1 + conditions.total);
  const covered = sum(({ applied, conditions }) => (applied ? 1 : 0) + conditions.covered);
  return total === 0 ? 100 : Math.floor((covered / total) * 100);
}

function tell({ results, coverage }: CaseReport, failed: number, covered: number): void {
  for (const { name, passed, failures, notes } of results) {
    for (const note of notes) print(`${styled('yellow', 'note')}  ${visible(`${name}: ${note}`)}`);
    if (passed) continue;
    print(`${styled('red', 'failed')}  ${visible(name)}`);
    for (const failure of failures) print(`        ${visible(failure)}`);
  }
  for (const { policy, place, applied, uncovered } of coverage) {
    const where = visible(`${place.file}:${place.line}: policy \`${policy}\``);
    if (!applied) print(`${styled('yellow', 'uncovered')}  ${where}: no case makes it apply`);
    for (const text of uncovered)
      print(`${styled('yellow', 'uncovered')}  ${where}: \`${visible(text)}\` was never both true and false`);
  }
  const verdict = failed === 0 ? styled('green', 'ok') : styled('red', `${failed} failed`);
  print(
    `${verdict}: ${results.length - failed} of ${results.length} cases passed; ${covered} % of policies and conditions covered`,
  );
}
