/** `writ policy explain`: why a request is decided as it is, and what would change that. */
import type { Command } from 'commander';
import { type DecisionExplanation, type JsonValue, openExplainer, printDecision } from '@writ/core';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { print, printJson, styled, styledVerdict, visible } from '../../terminal/index.ts';
import { parseMode, readRequest } from '../read-request.ts';
import { parseCount } from './parse-count.ts';
import { readSet, toolsOf } from './read-set.ts';

interface ExplainOptions {
  readonly request: string;
  readonly mode: string;
  readonly near: number;
  readonly data?: string;
  readonly tools?: string;
  readonly json?: boolean;
}

/** Adds the command to `policy`. */
export function addExplain(policy: Command): void {
  policy
    .command('explain')
    .description(
      'tell why a request is decided as it is: what determined it, what nearly applied, which facts were read',
    )
    .argument('<path...>', 'policy files and folders of them')
    .requiredOption('--request <file>', 'an AuthZEN request as JSON; `-` reads standard input')
    .option('--mode <mode>', 'strict, permissive or audit', 'strict')
    .option('--near <count>', 'how many policies that do not apply are told', parseCount, 5)
    .option('--data <dir>', 'type arguments by the tools known to this data folder')
    .option('--tools <file>', 'the same by the tools in this file, `server/tool: inputSchema`')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nShows values of the request. Exit code 0 whatever the verdict, 2 for bad input.')
    .action(runs(explain));
}

async function explain(paths: readonly string[], options: ExplainOptions): Promise<number> {
  const request = readRequest(options.request);
  const set = readSet(paths, parseMode(options.mode), await toolsOf(options.data, options.tools));
  const explainer = openExplainer({ ...set, entities: [...(set.entities ?? []), ...request.entities] });
  const explanation = explainer.explain(request.query, options.near);
  if (options.json === true) {
    const { outcome, policyHash } = explanation;
    printJson({ ...printDecision(outcome, policyHash), explanation: explanationJson(explanation) });
    return EXIT_OK;
  }
  const { verdict, would, mode, reasons } = explanation.outcome;
  print(styledVerdict(verdict));
  if (would !== undefined) print(`  would be ${would} if ${mode} mode did not only watch`);
  for (const reason of reasons) print(`  ${visible(reason)}`);
  printExplanation(explanation);
  return EXIT_OK;
}

/** The explanation in lines, below a decision. */
export function printExplanation({ determined, near, facts, others }: DecisionExplanation): void {
  if (determined.length > 0) print(styled('bold', 'determined by'));
  for (const policy of determined) print(`  ${visible(policy.sentence)}  ${place(policy)}`);
  if (near.length > 0) print(styled('bold', 'nearly'));
  for (const policy of near) print(`  ${visible(policy.sentence)}  ${place(policy)}`);
  if (others > 0) print(`${others} other ${others === 1 ? 'policy is' : 'policies are'} about other actions`);
  if (facts.length > 0) print(styled('bold', 'facts read'));
  for (const { path, value } of facts)
    print(`  ${visible(path)}  ${value === undefined ? 'not there' : visible(jsonText(value))}`);
}

function place({ file, line, level }: DecisionExplanation['near'][number]): string {
  return styled('dim', visible(`${file}:${line}${level === 'organisation' ? '' : `, ${level}`}`));
}

/** The explanation as data. */
export function explanationJson({ determined, near, facts, others }: DecisionExplanation): unknown {
  return {
    determined,
    near,
    facts: facts.map(({ path, value }) => (value === undefined ? { path } : { path, value: plain(value) })),
    others,
  };
}

type FactValue = Exclude<DecisionExplanation['facts'][number]['value'], undefined>;

function jsonText(value: FactValue): string {
  return JSON.stringify(plain(value));
}

/** An integer beyond 2^53 is a text: JSON for scripts holds none. */
function plain(value: FactValue): JsonValue {
  return JSON.parse(
    JSON.stringify(value, (_name, member: unknown) =>
      typeof member === 'bigint' ? member.toString() : member,
    ),
  ) as JsonValue;
}
