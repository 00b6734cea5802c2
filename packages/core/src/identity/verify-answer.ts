/** Whether one recorded answer is a configured approver's, and about this hold. Judged anew wherever it is used; nothing stored is believed. */
import { fromBase64, isFault, utf8 } from '../kernel/index.ts';
import type { ApprovalStatement, Approver, Hold, HoldAnswer } from '../model/index.ts';
import { parseApprovalStatement } from './approval-statement.ts';
import { verifyAssertion } from './passkey/index.ts';
import { verifySignature } from './signing-key.ts';
import { parseEd25519PublicKey } from '../proof/index.ts';

/** An answer that is genuine, or why it is not. */
export type VerifiedAnswer =
  | { readonly status: 'genuine'; readonly approver: Approver; readonly statement: ApprovalStatement }
  | {
      readonly status: 'refused';
      readonly code: 'approval.invalid' | 'approval.not-entitled';
      readonly problem: string;
    };

/** What an answer must be about. */
export interface AnsweredHold {
  readonly hold: Pick<Hold, 'index' | 'digest' | 'policyHash' | 'forbids'>;
  /** Origin of the log that holds it. */
  readonly origin: string;
  /** Node that would perform. */
  readonly node: string;
}

/**
 * Checks the signature with the configured key, and that the statement names this hold, node, digest and policy and lifts nothing that is not held.
 * Expiry, quorum and who may answer are judged by `liftedForbids`, at use.
 */
export function verifyAnswer(
  answer: Pick<HoldAnswer, 'answer' | 'keyId' | 'statement' | 'signature'>,
  about: AnsweredHold,
  approvers: readonly Approver[],
): VerifiedAnswer {
  const approver = approvers.find((candidate) => candidate.keyId === answer.keyId);
  if (approver === undefined)
    return refused('approval.not-entitled', `the key \`${answer.keyId}\` is of no configured approver`);
  const statement = readStatement(answer.statement);
  if (statement === undefined) return refused('approval.invalid', 'its statement is malformed');
  if (!isSignedBy(approver, answer)) return refused('approval.invalid', 'its signature does not verify');
  const problem = mismatch(statement, answer, about);
  if (problem !== undefined) return refused('approval.invalid', problem);
  return { status: 'genuine', approver, statement };
}

function mismatch(
  statement: ApprovalStatement,
  answer: Pick<HoldAnswer, 'answer' | 'keyId'>,
  { hold, origin, node }: AnsweredHold,
): string | undefined {
  if (statement.answer !== answer.answer) return 'it says another answer than was recorded';
  if (statement.keyId !== answer.keyId) return 'it names another key';
  if (statement.hold !== `${origin}#${hold.index}`) return 'it is about another hold';
  if (statement.node !== node) return 'it is meant for another node';
  if (statement.performedDigest !== hold.digest) return 'it is about other arguments';
  if (statement.policyHash !== hold.policyHash) return 'it was given under another policy';
  const held = new Set(hold.forbids.map((forbid) => forbid.contentHash));
  if (statement.lifts.some((hash) => !held.has(hash))) return 'it lifts something that is not held';
  return undefined;
}

function isSignedBy(approver: Approver, answer: Pick<HoldAnswer, 'statement' | 'signature'>): boolean {
  if (approver.passkey !== undefined)
    return verifyAssertion(
      { cose: approver.publicKey, ...approver.passkey },
      answer.statement,
      answer.signature,
    );
  try {
    const publicKey = parseEd25519PublicKey(approver.publicKey);
    return verifySignature({ publicKey }, utf8(answer.statement), fromBase64(answer.signature));
  } catch (fault) {
    if (isFault(fault)) return false;
    throw fault;
  }
}

function readStatement(text: string): ApprovalStatement | undefined {
  try {
    return parseApprovalStatement(text);
  } catch (fault) {
    if (isFault(fault)) return undefined;
    throw fault;
  }
}

function refused(code: 'approval.invalid' | 'approval.not-entitled', problem: string): VerifiedAnswer {
  return { status: 'refused', code, problem };
}
