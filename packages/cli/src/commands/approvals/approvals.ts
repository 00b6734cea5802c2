/** `writ approvals`: what waits for a person, and the person's signed answer. */
import type { Command } from 'commander';
import {
  type Approver,
  Fault,
  findHold,
  type HeldAction,
  type Hold,
  judgeApproval,
  mayCount,
  mayLift,
  readHeldAction,
  systemClock,
} from '@writ/core';
import type { Configuration } from '@writ/gateway';
import { locate, type LocateOptions, type ReadData, readData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { runs } from '../../run.ts';
import { instant, print, printJson, printTable, styled, visible, visibleJson } from '../../terminal/index.ts';
import { type AnswerOptions, answer } from './answer.ts';

interface ListOptions extends LocateOptions {
  readonly all?: boolean;
}

/** What ended a hold. */
const OVER: Readonly<Record<string, string>> = {
  denied: 'a person refused it',
  used: 'it was approved, and has run',
  withdrawn: 'it was taken back: its caller left, or the gateway ended; the same call waits anew',
  expired: 'its time is over',
};

/** Adds the commands to `program`. */
export function addApprovals(program: Command): void {
  const approvals = program.command('approvals').description('what waits for a person').helpCommand(false);
  shared(approvals.command('list').description('show what waits'))
    .option('--all', 'also what was answered, used or has expired')
    .action(runs(list));
  shared(approvals.command('show').description('show one action exactly, and what approving it allows'))
    .argument('<reference>', 'origin#index, as the refusal named it, or the index alone')
    .action(runs(show));
  for (const verb of ['approve', 'deny'] as const) {
    shared(approvals.command(verb).description(`${verb} one action, with the signature of your approver key`))
      .argument('<reference>', 'origin#index, or the index alone')
      .option('--key <file>', 'your approver key (default: approver.key beside the log’s keys)')
      .option('--passphrase-file <file>', 'a file whose first line is the passphrase (default: asked for)')
      .option('--reason <text>', 'why; sealed in the record')
      .action(runs((reference: string, options: AnswerOptions) => answer(verb, reference, options)));
  }
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option('--json', 'print one JSON object');
}

function list(options: ListOptions): Promise<number> {
  const { data } = locate(options);
  return readData(data, (opened) => {
    const now = nowOf(opened);
    const holds = opened.state
      .holds()
      .filter((hold) => options.all === true || statusOf(hold, now) === 'waiting');
    const rows = holds.map((hold) => ({ hold, action: tryRead(opened, hold) }));
    if (options.json === true) {
      printJson({ approvals: rows.map(({ hold, action }) => summary(opened, hold, action, now)) });
      return EXIT_OK;
    }
    if (rows.length === 0) print('nothing waits');
    printTable(
      rows.map(({ hold, action }) => [
        `#${hold.index}`,
        statusOf(hold, now),
        visible(action?.agent ?? '?'),
        visible(action === undefined ? 'record cannot be read' : targetOf(action)),
        `until ${instant(hold.expires)}`,
        `${hold.answers.length} answers`,
      ]),
    );
    return EXIT_OK;
  });
}

function show(reference: string, options: LocateOptions): Promise<number> {
  const { data, config } = locate(options);
  return readData(data, (opened) => {
    const hold = findHold(opened, reference);
    const action = readHeldAction(opened, hold);
    const now = nowOf(opened);
    if (options.json === true) {
      const detail = { args: action.args, reasons: action.reasons, forbids: hold.forbids };
      printJson({ ...summary(opened, hold, action, now), ...detail });
      return EXIT_OK;
    }
    print(
      `${styled('bold', visible(action.reference))}  ${statusOf(hold, now)} until ${instant(hold.expires)}`,
    );
    print(`agent      ${visible(action.agent)}`);
    if (action.person !== undefined) print(`for        ${visible(action.person)}`);
    if (action.chain.length > 0) print(`through    ${visible(action.chain.join(' → '))}`);
    print(`wants      ${visible(action.method)} on ${visible(targetOf(action))}`);
    print(action.isChanged ? 'arguments  (as policy changed them)' : 'arguments');
    print(visibleJson(action.args));
    for (const reason of action.reasons) print(`because    ${visible(reason)}`);
    print();
    const status = statusOf(hold, now);
    if (status !== 'waiting') {
      print(`Nobody can answer it any more: ${OVER[status] ?? status}.`);
      return EXIT_OK;
    }
    print(
      'Approving allows exactly this call with exactly these arguments, once, on this node, under the present policy,',
    );
    print(`until ${instant(hold.expires)}. It lifts:`);
    for (const line of forbidLines(opened, hold, config)) print(line);
    return EXIT_OK;
  });
}

/** Each forbid with who has agreed and who else must. */
function forbidLines(opened: ReadData, hold: Hold, config: Configuration | undefined): readonly string[] {
  const approvers = config?.approvals.approvers ?? [];
  const lifted = judgeApproval({
    hold,
    approvers,
    policyHash: hold.policyHash,
    node: opened.keys.node,
    origin: opened.keys.origin,
    digest: hold.digest,
    now: nowOf(opened),
  });
  return hold.forbids.map((forbid) => {
    const answered = hold.answers
      .filter((given) => given.answer === 'approve')
      .map((given) => given.approver);
    const left = approvers.filter(
      (approver) =>
        mayLift(approver, forbid) &&
        mayCount(approver, hold.requesters, approvers) &&
        !answered.includes(approver.id),
    );
    const state = lifted.lifts.has(forbid.contentHash)
      ? 'met'
      : `${forbid.quorum} needed, ${answered.length} so far`;
    return `  ${forbid.id}: ${state}; may still agree: ${visible(namesOf(left))}`;
  });
}

function namesOf(approvers: readonly Approver[]): string {
  return approvers.length === 0 ? 'nobody' : [...new Set(approvers.map(({ id }) => id))].join(', ');
}

function summary(
  { keys }: ReadData,
  hold: Hold,
  action: HeldAction | undefined,
  now: number,
): Record<string, unknown> {
  return {
    reference: `${keys.origin}#${hold.index}`,
    index: hold.index,
    status: statusOf(hold, now),
    created: hold.created,
    expires: hold.expires,
    agent: action?.agent,
    person: action?.person,
    method: action?.method,
    target: action === undefined ? undefined : targetOf(action),
    digest: hold.digest,
    answers: hold.answers.map((given) => ({
      approver: given.approver,
      answer: given.answer,
      key_id: given.keyId,
    })),
  };
}

function tryRead(opened: ReadData, hold: Hold): HeldAction | undefined {
  try {
    return readHeldAction(opened, hold);
  } catch (fault) {
    // One erased or altered record does not hide the others; `show` says what is wrong with it.
    if (fault instanceof Fault) return undefined;
    throw fault;
  }
}

function statusOf(hold: Hold, now: number): string {
  return hold.status === 'waiting' && now > hold.expires ? 'expired' : hold.status;
}

function targetOf(action: HeldAction): string {
  return action.parts.map(({ resource }) => resource.id).join(', ');
}

function nowOf({ state }: ReadData): number {
  return Math.max(systemClock.now(), state.timeFloor());
}
