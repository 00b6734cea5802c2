/** Whether an answer is taken, and what the hold is after it. The node judges again by its own means; this keeps out what would come to nothing there. */
import {
  type ApprovalStatement,
  type Hold,
  isFault,
  judgeApproval,
  mayCount,
  mayLift,
  parseApprovalStatement,
  verifyAnswer,
} from '@writ/core';
import { Problem } from '../http/index.ts';
import type { PersonRecord } from '../people/index.ts';
import type { Plane } from '../plane.ts';
import type { Stored } from '../state/index.ts';
import { type Approval, type GivenAnswer, placeOf } from './approval.ts';
import { activePerson, approverOf, namesOf } from './approver-key.ts';

/** An answer that verified: who, and which statement. */
export interface JudgedAnswer {
  readonly statement: ApprovalStatement;
}

/** Throws `request.invalid` for what is not about this hold, `request.forbidden` for who may not approve it. */
export function requireGoodAnswer(
  approval: Approval,
  given: Omit<GivenAnswer, 'answer' | 'at'>,
  person: Stored<PersonRecord>,
): JudgedAnswer {
  const statement = readStatement(given.statement);
  const verified = verifyAnswer(
    { ...given, answer: statement.answer },
    { hold: holdOf(approval), origin: placeOf(approval.hold).origin, node: approval.logNode },
    [approverOf(person, given.key)],
  );
  if (verified.status === 'refused')
    throw new Problem('request.invalid', `the answer is not taken: ${verified.problem}`);
  if (statement.expires > approval.expires)
    throw new Problem('request.invalid', 'the answer would hold longer than what it answers');
  if (statement.answer === 'approve') requireEntitled(approval, person, given, statement);
  return { statement };
}

/** Throws `request.forbidden` where an approval of the person could not count. */
function requireEntitled(
  approval: Approval,
  person: Stored<PersonRecord>,
  given: Pick<GivenAnswer, 'key' | 'method'>,
  { lifts }: ApprovalStatement,
): void {
  if (isRequester(approval, person))
    throw new Problem('request.forbidden', 'you are among those who ask for this; somebody else approves it');
  if (approval.args === undefined)
    throw new Problem(
      'request.forbidden',
      'its arguments are too large to be shown here, so nobody approves it here; answer it at the node with `writ approvals approve`',
    );
  const approver = approverOf(person, given.key);
  const lifted = approval.policies.filter(({ contentHash }) => lifts.includes(contentHash));
  if (lifted.length > 0 && lifted.every((forbid) => mayLift(approver, forbid))) return;
  throw new Problem(
    'request.forbidden',
    'you are in none of the groups that a policy it lifts asks for, or it lifts nothing',
  );
}

/** Whether the person asks for it, under any of their names. */
export function isRequester(
  { requesters }: Pick<Approval, 'requesters'>,
  person: Pick<Stored<PersonRecord>, 'id' | 'email' | 'identity'>,
): boolean {
  return namesOf(person).some(
    (id) => !mayCount({ id, groups: [], publicKey: EMPTY, keyId: '' }, requesters, []),
  );
}

/** Whether the person could approve a part of it. */
export function isEntitled(approval: Approval, person: Stored<PersonRecord>): boolean {
  const approver = {
    id: person.id,
    groups: [...person.groups, ...(person.email === undefined ? [] : [person.email])],
    publicKey: EMPTY,
    keyId: '',
  };
  return !isRequester(approval, person) && approval.policies.some((forbid) => mayLift(approver, forbid));
}

/** What it is after `all`: a refusal ends it, and so does the last approval that was missing. What its node did not take counts for nothing. */
export function statusAfter(
  plane: Plane,
  organisation: string,
  approval: Approval,
  all: readonly GivenAnswer[],
  now: number,
): 'waiting' | 'approved' | 'denied' {
  const answers = all.filter(({ refused }) => refused === undefined);
  if (answers.some(({ answer }) => answer === 'deny')) return 'denied';
  const approvers = answers.flatMap((given) => {
    // Whoever was suspended since does not count any more.
    const person = activePerson(plane, organisation, given.person);
    return person === undefined ? [] : [approverOf(person, given.key)];
  });
  const { lifts } = judgeApproval({
    hold: { ...holdOf(approval), answers: answers.map(answerOf) },
    approvers,
    policyHash: approval.policyHash,
    node: approval.logNode,
    origin: placeOf(approval.hold).origin,
    digest: approval.digest,
    now,
  });
  return approval.policies.every(({ contentHash }) => lifts.has(contentHash)) ? 'approved' : 'waiting';
}

const EMPTY = new Uint8Array();

function holdOf(approval: Approval): Hold {
  return {
    index: placeOf(approval.hold).index,
    digest: approval.digest,
    policyHash: approval.policyHash,
    forbids: approval.policies,
    requesters: approval.requesters,
    created: approval.created,
    expires: approval.expires,
    status: 'waiting',
    answers: [],
  };
}

function answerOf(given: GivenAnswer): Hold['answers'][number] {
  const { answer, keyId, statement, signature, person } = given;
  return { answer, keyId, statement, signature, approver: person, index: 0 };
}

function readStatement(text: string): ApprovalStatement {
  try {
    return parseApprovalStatement(text);
  } catch (fault) {
    if (isFault(fault)) throw new Problem('request.invalid', `the statement is not taken: ${fault.message}`);
    throw fault;
  }
}
