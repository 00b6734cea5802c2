/** `writ approvals`: what waits for a person, and the person's signed answer. */
import type { Command } from 'commander';
import {
  type Approver,
  Fault,
  findHold,
  type HeldAction,
  type Hold,
  isFault,
  judgeApproval,
  mayCount,
  mayLift,
  readHeldAction,
  systemClock,
} from '@writ/core';
import { locate, type Located, type LocateOptions, type ReadData, readData } from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { CHOOSE_PLANE, CHOOSE_PLANE_HELP, type ChosenFlags, isForPlane } from '../../plane/index.ts';
import { runs } from '../../run.ts';
import { instant, print, printJson, printTable, styled, visible, visibleJson } from '../../terminal/index.ts';
import { type AnswerOptions, answer } from './answer.ts';
import { approversOf } from './approvers.ts';
import { registerKey } from './own-key.ts';
import { answerAtPlane, type PlaneAnswerOptions } from './plane-answer.ts';
import { listAtPlane, showAtPlane } from './plane-look.ts';

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

const ANSWER_HELP = `
Without \`--plane\` the answer is recorded in this data folder. With it, what the control plane shows is hashed here, an answer over another digest is not
signed, and the signature is made here: the key never leaves.
Exit codes: 0 answered, 1 it is over, or you may not, or the control plane refuses it, 2 it was asked wrongly, or is not what an approval would allow, 74 the
data folder or the control plane cannot be used.`;

/** Adds the commands to `program`. */
export function addApprovals(program: Command): void {
  const approvals = program.command('approvals').description('what waits for a person').helpCommand(false);
  shared(approvals.command('list').description('show what waits'))
    .option('--all', 'also what was answered, used or has expired')
    .option('--mine', 'with `--plane`: what you may answer alone')
    .action(
      runs((options: ListOptions & ChosenFlags) =>
        isForPlane(options) ? listAtPlane(options) : list(options),
      ),
    );
  shared(approvals.command('show').description('show one action exactly, and what approving it allows'))
    .argument(
      '<reference>',
      'origin#index, as the refusal named it, or the index alone; at a control plane also its id there',
    )
    .action(
      runs((reference: string, options: LocateOptions & ChosenFlags) =>
        isForPlane(options) ? showAtPlane(reference, options) : show(reference, options),
      ),
    );
  for (const verb of ['approve', 'deny'] as const) {
    shared(approvals.command(verb).description(`${verb} one action, with the signature of your approver key`))
      .argument('<reference>', 'origin#index, or the index alone; at a control plane also its id there')
      .option(
        '--key <file>',
        'your approver key (default: approver.key beside the log’s keys; with `--plane` beside what `writ login` keeps)',
      )
      .option('--passphrase-file <file>', 'a file whose first line is the passphrase (default: asked for)')
      .option('--reason <text>', 'why; sealed in the record')
      .option('--unchecked', 'with `--plane`: also what is not shown whole, as with masked secrets')
      .option(
        '--idempotency-key <key>',
        'with `--plane`: of an answer that was sent before; it is given once',
      )
      .addHelpText('after', ANSWER_HELP)
      .action(
        runs((reference: string, options: AnswerOptions & PlaneAnswerOptions) =>
          isForPlane(options) ? answerAtPlane(verb, reference, options) : answer(verb, reference, options),
        ),
      );
  }
  approvals
    .command('register-key')
    .description('show a control plane that your approver key is yours; makes one where you have none')
    .option(CHOOSE_PLANE, 'the control plane, needed; without an address the one you signed in to last')
    .option('--key <file>', 'the key (default: approver.key beside what `writ login` keeps)')
    .option('--passphrase-file <file>', 'a file whose first line is the passphrase (default: asked for)')
    .option('--json', 'print one JSON object')
    .action(runs(registerKey));
}

function shared(command: Command): Command {
  return command
    .option('--config <file>', 'the configuration (default: writ.yaml here)')
    .option('--data <dir>', 'the data folder (default: the configuration’s)')
    .option(CHOOSE_PLANE, CHOOSE_PLANE_HELP)
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
  const located = locate(options);
  return readData(located.data, (opened) => {
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
    const approvers = located.config === undefined ? [] : tryApprovers(located, opened);
    for (const line of forbidLines(opened, hold, approvers)) print(line);
    return EXIT_OK;
  });
}

/** Each forbid with who has agreed and who else must. */
function forbidLines(opened: ReadData, hold: Hold, approvers: readonly Approver[]): readonly string[] {
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

/** Nobody where no bundle governs a node that a control plane governs. */
function tryApprovers(located: Located, opened: ReadData): readonly Approver[] {
  try {
    return approversOf(located, opened);
  } catch (fault) {
    if (isFault(fault, 'bundle.missing')) return [];
    throw fault;
  }
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
