/** `writ decide`: one decision, explained. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  Fault,
  loadPolicySet,
  type LoadedPolicySet,
  MODES,
  type Obligation,
  openExplainer,
  type PolicyOutcome,
  printDecision,
} from '@writ/core';
import { inputOptions, readPolicyInput } from '@writ/gateway';
import { EXIT_OK } from '../exit-codes.ts';
import { collect, runs } from '../run.ts';
import { explanationJson, printExplanation, toolsOf } from './policy/index.ts';
import { parseMode, readRequest } from './read-request.ts';
import { print, printJson, remark, styledVerdict, visible } from '../terminal/index.ts';

interface DecideOptions {
  readonly policy: readonly string[];
  readonly request: string;
  readonly mode: string;
  readonly tools?: string;
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** Adds the command to `program`. */
export function addDecide(program: Command): void {
  program
    .command('decide')
    .description('judge one AuthZEN request against policies, and say why; nothing is performed or recorded')
    .option(
      '--policy <path>',
      'a policy file or pack, a folder of them, or a policy set; may be repeated',
      collect,
      [],
    )
    .requiredOption('--request <file>', 'the request as JSON; `-` reads standard input')
    .option('--tools <file>', 'the tools there are, `server/tool: inputSchema`; packs need them for globs')
    .option('--mode <mode>', `one of ${MODES.join(', ')}`, 'strict')
    .option(
      '--explain',
      'also tell which policies nearly applied, and which facts were read; shows values of the request',
    )
    .option('--json', 'print one JSON object')
    .action(runs(decide));
}

async function decide(options: DecideOptions): Promise<number> {
  const mode = parseMode(options.mode);
  if (options.policy.length === 0) {
    const hint = 'name a file or a folder of them with `--policy`';
    throw new Fault('cli.usage', 'no policy is named', { hint });
  }
  const request = readRequest(options.request);
  const input = readPolicyInput(
    options.policy.map((path) => resolve(path)),
    process.cwd(),
  );
  const policies = inputOptions(input, mode, await toolsOf(undefined, options.tools));
  const loading = { ...policies, entities: [...(policies.entities ?? []), ...request.entities] };
  const set = loadPolicySet(loading);
  for (const warning of set.warnings) remark(`writ: note: ${warning.message}`);
  const outcome = set.decisionPoint.decide(request.query);
  const explanation = options.explain === true ? openExplainer(loading).explain(request.query) : undefined;
  if (options.json === true) {
    const answer = printDecision(outcome, set.decisionPoint.policyHash);
    printJson(explanation === undefined ? answer : { ...answer, explanation: explanationJson(explanation) });
    return EXIT_OK;
  }
  explain(outcome, set);
  if (explanation !== undefined) printExplanation(explanation);
  return EXIT_OK;
}

function explain(outcome: PolicyOutcome, set: LoadedPolicySet): void {
  print(styledVerdict(outcome.verdict));
  if (outcome.would !== undefined)
    print(`  would be ${outcome.would} if ${outcome.mode} mode did not only watch`);
  for (const { id, contentHash } of outcome.determining) {
    const policy = set.policies.find((known) => known.contentHash === contentHash);
    const where = policy === undefined ? '' : ` (${policy.file}:${policy.line})`;
    print(`  because of ${policy?.effect ?? 'policy'} \`${id}\`${where}`);
  }
  if (outcome.determining.length === 0 && outcome.source === 'policy') {
    print(outcome.verdict === 'deny' ? '  because no policy permits it' : '  because nothing forbids it');
  }
  for (const reason of outcome.reasons) print(`  ${visible(reason)}`);
  for (const forbid of outcome.held) {
    const who = forbid.approvers.length === 0 ? 'any configured approver' : forbid.approvers.join(', ');
    print(`  \`${forbid.id}\` waits for ${forbid.quorum} of ${who}`);
  }
  for (const path of outcome.needs) print(`  needs ${path}`);
  for (const obligation of outcome.obligations) {
    print(`  ${described(obligation)}`);
  }
  for (const error of outcome.errors) print(`  policy \`${error.policy}\` failed: ${visible(error.message)}`);
  if (outcome.unjudgedArgs.length > 0) print(`  no policy could judge ${outcome.unjudgedArgs.join(', ')}`);
}

function described(obligation: Obligation): string {
  switch (obligation.type) {
    case 'redact':
      return `redacts ${obligation.kinds.join(', ')} in the ${obligation.target}`;
    case 'label':
      return `labels the session ${obligation.labels.join(', ')}`;
    case 'confine':
      return `only confined, as \`${obligation.confinement}\` or more strictly`;
    case 'minimise':
      return `only what purpose ${obligation.purpose} lets the tool receive`;
    case 'ask':
      return `only after whoever asked agrees to ${obligation.policies.join(', ')}`;
    default:
      return obligation satisfies never;
  }
}
