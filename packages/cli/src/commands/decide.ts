/** `writ decide`: one decision, explained. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import {
  type AuthZenRequest,
  Fault,
  fromUtf8,
  isFault,
  loadPolicySet,
  type LoadedPolicySet,
  type Mode,
  MODES,
  parseAuthZenRequest,
  parseStrictJson,
  type PolicyOutcome,
  printDecision,
  systemClock,
} from '@writ/core';
import { readPolicySources, suggest } from '@writ/gateway';
import { EXIT_OK } from '../exit-codes.ts';
import { collect, runs } from '../run.ts';
import { print, printJson, remark, styledVerdict, visible } from '../terminal/index.ts';

interface DecideOptions {
  readonly policy: readonly string[];
  readonly request: string;
  readonly mode: string;
  readonly json?: boolean;
}

/** Adds the command to `program`. */
export function addDecide(program: Command): void {
  program
    .command('decide')
    .description('judge one AuthZEN request against policies, and say why; nothing is performed or recorded')
    .option('--policy <path>', 'a policy file or a folder of them; may be repeated', collect, [])
    .requiredOption('--request <file>', 'the request as JSON; `-` reads standard input')
    .option('--mode <mode>', `one of ${MODES.join(', ')}`, 'strict')
    .option('--json', 'print one JSON object')
    .action(runs(decide));
}

function decide(options: DecideOptions): number {
  const mode = parseMode(options.mode);
  if (options.policy.length === 0) {
    const hint = 'name a file or a folder of them with `--policy`';
    throw new Fault('cli.usage', 'no policy is named', { hint });
  }
  const request = readRequest(options.request);
  const set = loadPolicySet({
    sources: readPolicySources(
      options.policy.map((path) => resolve(path)),
      process.cwd(),
    ),
    entities: request.entities,
    mode,
  });
  for (const warning of set.warnings) remark(`writ: note: ${warning.message}`);
  const outcome = set.decisionPoint.decide(request.query);
  if (options.json === true) printJson(printDecision(outcome, set.decisionPoint.policyHash));
  else explain(outcome, set);
  return EXIT_OK;
}

function parseMode(text: string): Mode {
  const mode = MODES.find((known) => known === text);
  if (mode !== undefined) return mode;
  throw new Fault('cli.usage', `\`${text}\` is not a mode`, { hint: suggest(text, MODES) });
}

function readRequest(file: string): AuthZenRequest {
  const name = file === '-' ? 'standard input' : file;
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(file === '-' ? 0 : file);
  } catch (cause) {
    // A request that is not there is bad input, unlike a disk that fails.
    throw new Fault('cli.usage', `cannot read the request \`${name}\``, { file }, { cause });
  }
  try {
    // RFC 8259 §8.1: a byte order mark may be ignored, and editors on Windows write one.
    const text = fromUtf8(bytes).replace(/^\ufeff/, '');
    return parseAuthZenRequest(parseStrictJson(text), systemClock.now());
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    throw new Fault(fault.code, `${name}: ${fault.message}`, { ...fault.data, file }, { cause: fault.cause });
  }
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
    print(
      obligation.type === 'redact'
        ? `  redacts ${obligation.kinds.join(', ')} in the ${obligation.target}`
        : `  labels the session ${obligation.labels.join(', ')}`,
    );
  }
  for (const error of outcome.errors) print(`  policy \`${error.policy}\` failed: ${visible(error.message)}`);
  if (outcome.unjudgedArgs.length > 0) print(`  no policy could judge ${outcome.unjudgedArgs.join(', ')}`);
}
