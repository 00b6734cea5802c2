/** Signs and records one person's answer to a held action. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  type AppendResult,
  type Approver,
  approverPublicKey,
  Fault,
  findHold,
  type Hold,
  judgeApproval,
  KEYS_FOLDER,
  mayCount,
  mayLift,
  openApproverKey,
  parsePublicKey,
  publicKeyId,
  readHeldAction,
  readKeyFile,
  signApproval,
  type SigningKey,
  systemClock,
  verifyAnswer,
} from '@writ/core';
import {
  APPROVER_KEY_FILE,
  locate,
  type LocateOptions,
  type ReadData,
  readData,
  requireConfig,
  type WriteData,
  writeData,
} from '../../data/index.ts';
import { EXIT_OK } from '../../exit-codes.ts';
import { askPassphrase, print, printJson, remark, visible, visibleJson } from '../../terminal/index.ts';
import { approversOf } from './approvers.ts';

/** Flags of `approve` and `deny`. */
export interface AnswerOptions extends LocateOptions {
  readonly key?: string;
  readonly passphraseFile?: string;
  readonly reason?: string;
}

/**
 * Shows what is answered, asks for the passphrase, and records the answer. Throws `approval.*` where it could not count, so that nobody believes
 * to have approved.
 */
export async function answer(
  verb: 'approve' | 'deny',
  reference: string,
  options: AnswerOptions,
): Promise<number> {
  const located = locate(options);
  const file = options.key ?? join(located.data, KEYS_FOLDER, APPROVER_KEY_FILE);
  const text = readApproverFile(file);
  const isGoverned = requireConfig(located).plane !== undefined;
  // Everything that would make the answer worthless is told before anybody types a passphrase.
  const { approver, index } = await readData(located.data, (opened) => {
    const approvers = approversOf(located, opened);
    const who = approverOf(text, approvers, { file, isGoverned });
    return { approver: who, index: preview(opened, reference, { approver: who, approvers }, verb) };
  });
  const passphrase = await askPassphrase(`passphrase of ${visible(approver.id)}`, options.passphraseFile);
  const key = await openApproverKey(text, passphrase);
  return writeData(located, async (opened) => {
    const approvers = approversOf(located, opened);
    const hold = findHold(opened, String(index));
    requireOpen(opened, hold);
    const lifts = liftsOf({ approver, approvers }, hold, verb);
    const reason = options.reason === undefined ? {} : { reason: options.reason };
    const { receipt } = await record(opened, { verb, hold, approver, key, lifts, ...reason }, approvers);
    const isComplete = verb === 'approve' && isLifted(opened, opened.state.hold(index) ?? hold, approvers);
    if (options.json === true) {
      const held = `${opened.keys.origin}#${index}`;
      printJson({ answer: verb, reference: held, approver: approver.id, receipt, complete: isComplete });
      return EXIT_OK;
    }
    print(
      `${verb === 'approve' ? 'approved' : 'denied'} #${index} as ${visible(approver.id)}, receipt ${receipt}`,
    );
    if (verb === 'approve') {
      print(
        isComplete
          ? 'the call runs once: the one that waits, or the agent’s next identical one'
          : 'others must still agree: `writ approvals show` says who',
      );
    }
    return EXIT_OK;
  });
}

/** Who answers, among those who may. */
interface Candidate {
  readonly approver: Approver;
  readonly approvers: readonly Approver[];
}

/** Says on standard error what is about to be answered, and answers the index of its hold. Throws as the answer itself would. */
function preview(
  opened: ReadData,
  reference: string,
  answering: Candidate,
  verb: 'approve' | 'deny',
): number {
  const hold = findHold(opened, reference);
  requireOpen(opened, hold);
  const action = readHeldAction(opened, hold);
  liftsOf(answering, hold, verb);
  const targets = action.parts.map(({ resource }) => resource.id).join(', ');
  remark(`${verb} what ${visible(action.agent)} asks of ${visible(targets)}, with exactly these arguments:`);
  remark(visibleJson(action.args));
  return hold.index;
}

interface Answering {
  readonly verb: 'approve' | 'deny';
  readonly hold: Hold;
  readonly approver: Approver;
  readonly key: SigningKey;
  readonly lifts: readonly string[];
  readonly reason?: string;
}

async function record(
  { keys, append }: WriteData,
  { verb, hold, approver, key, lifts, reason }: Answering,
  approvers: readonly Approver[],
): Promise<Extract<AppendResult, { status: 'committed' }>> {
  const signed = signApproval(
    {
      answer: verb,
      hold: `${keys.origin}#${hold.index}`,
      node: keys.node,
      performedDigest: hold.digest,
      lifts,
      policyHash: hold.policyHash,
      expires: hold.expires,
      at: systemClock.now(),
      ...(reason === undefined ? {} : { reason }),
    },
    key,
  );
  const given = { answer: verb, keyId: key.keyId, ...signed };
  const verified = verifyAnswer(given, { hold, origin: keys.origin, node: keys.node }, approvers);
  if (verified.status === 'refused')
    throw new Fault(verified.code, `the answer would not count: ${verified.problem}`);
  const { policyHash, expires } = hold;
  const result = await append(
    {
      kind: 'answer',
      answer: { answer: verb, keyId: key.keyId, policyHash, lifts, expires },
      decisionOf: hold.index,
    },
    {
      committed: { approver: approver.id, statement: signed.statement, signature: signed.signature },
      concerns: [approver.person ?? approver.id],
      effects: [{ type: 'answer', hold: hold.index, approver: approver.id, ...given }],
    },
  );
  if (result.status === 'committed') return result;
  const code = result.refusal === 'unknown_hold' ? 'approval.unknown' : 'approval.final';
  throw new Fault(code, `hold ${hold.index} has a final answer already, or you answered before`);
}

/** What the approver may lift. Throws `approval.not-entitled` where an approval of theirs could not count. */
function liftsOf(
  { approver, approvers }: Candidate,
  hold: Hold,
  verb: 'approve' | 'deny',
): readonly string[] {
  if (verb === 'deny') return [];
  if (!mayCount(approver, hold.requesters, approvers)) {
    const hint = 'somebody else must approve what was asked for in your name';
    throw new Fault('approval.not-entitled', `\`${approver.id}\` is among those who ask for this action`, {
      hint,
    });
  }
  const lifts = hold.forbids
    .filter((forbid) => mayLift(approver, forbid))
    .map(({ contentHash }) => contentHash);
  if (lifts.length > 0) return [...new Set(lifts)].sort();
  const asked = [...new Set(hold.forbids.flatMap((forbid) => forbid.approvers))].join(', ');
  throw new Fault('approval.not-entitled', `\`${approver.id}\` is none of those who may approve this`, {
    hint: `asked for are ${asked}`,
  });
}

function requireOpen({ state }: ReadData, hold: Hold): void {
  if (hold.status === 'withdrawn') {
    const hint = 'the same call waits anew under another reference: `writ approvals list`';
    throw new Fault(
      'approval.final',
      `hold ${hold.index} was withdrawn: its caller left, or the gateway ended`,
      { hint },
    );
  }
  if (hold.status !== 'waiting')
    throw new Fault('approval.final', `hold ${hold.index} is already ${hold.status}`);
  if (Math.max(systemClock.now(), state.timeFloor()) <= hold.expires) return;
  throw new Fault(
    'approval.expired',
    `hold ${hold.index} expired at ${new Date(hold.expires).toISOString()}`,
  );
}

function isLifted({ keys, state }: WriteData, hold: Hold, approvers: readonly Approver[]): boolean {
  const { lifts } = judgeApproval({
    hold,
    approvers,
    policyHash: hold.policyHash,
    node: keys.node,
    origin: keys.origin,
    digest: hold.digest,
    now: Math.max(systemClock.now(), state.timeFloor()),
  });
  return hold.forbids.every((forbid) => lifts.has(forbid.contentHash));
}

function readApproverFile(file: string): string {
  if (existsSync(file)) return readKeyFile(file);
  const hint = 'name your key file with `--key`; `writ init` makes one';
  throw new Fault('key.missing', `no approver key stands at \`${file}\``, { file, hint });
}

function approverOf(
  text: string,
  approvers: readonly Approver[],
  { file, isGoverned }: { readonly file: string; readonly isGoverned: boolean },
): Approver {
  const own = approverPublicKey(text);
  const keyId = publicKeyId(parsePublicKey(own).publicKey);
  const approver = approvers.find((known) => known.keyId === keyId);
  if (approver !== undefined) return approver;
  throw new Fault(
    'approval.not-entitled',
    isGoverned
      ? `the key in \`${file}\` is of no approver of the bundle that governs this node`
      : `the key in \`${file}\` is of no configured approver`,
    {
      file,
      hint: isGoverned
        ? `whoever signs its bundles adds it there: {id: you, key: ${own}}`
        : `add it to \`approvals.approvers\`: {id: you, key: ${own}}`,
    },
  );
}
