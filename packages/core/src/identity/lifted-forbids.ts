/** Which held forbids a hold's answers lift, judged at use (defects 25 to 28). Pure. */
import type { Approver, HeldForbid, Hold } from '../model/index.ts';
import { type AnsweredHold, verifyAnswer } from './verify-answer.ts';

/** What a lift is judged against. */
export interface LiftQuestion {
  readonly hold: Hold;
  readonly approvers: readonly Approver[];
  /** Ids of agents and people that ask now; joined with those of the hold. None of them counts. */
  readonly requesters?: readonly string[];
  /** Policy in force now. */
  readonly policyHash: string;
  readonly node: string;
  /** Origin of the log that holds it. */
  readonly origin: string;
  /** Digest of what would be performed now. */
  readonly digest: string;
  /** Milliseconds since 1970, never below the log's time floor. */
  readonly now: number;
}

/** What a hold's answers amount to. */
export interface Approval {
  /** Content hashes of the forbids that are lifted; empty where none is. */
  readonly lifts: ReadonlySet<string>;
  /** Keys that counted for any of them, sorted. */
  readonly keyIds: readonly string[];
  /** Instant after which it no longer holds, milliseconds since 1970. */
  readonly expires: number;
}

/** The content hashes of the forbids that are lifted: {@link judgeApproval} without the rest. */
export function liftedForbids(question: LiftQuestion): ReadonlySet<string> {
  return judgeApproval(question).lifts;
}

/**
 * Judges the answers to a hold. A forbid is lifted where its own `@approvers` and quorum are met by genuine, unexpired approvals that name it,
 * of distinct keys and distinct people, none of whom is among the requesters. Any genuine `deny` lifts nothing, and so does a hold that is
 * no longer waiting, has expired, or is about another action or policy.
 */
export function judgeApproval(question: LiftQuestion): Approval {
  const { hold, now } = question;
  const nothing: Approval = { lifts: new Set(), keyIds: [], expires: hold.expires };
  if (hold.status !== 'waiting' || now > hold.expires) return nothing;
  if (hold.digest !== question.digest || hold.policyHash !== question.policyHash) return nothing;
  const about: AnsweredHold = { hold, origin: question.origin, node: question.node };
  const requesters = requesterNames([...hold.requesters, ...(question.requesters ?? [])], question.approvers);
  const votes: Vote[] = [];
  for (const answer of hold.answers) {
    const verified = verifyAnswer(answer, about, question.approvers);
    if (verified.status === 'refused') continue;
    // A refusal counts from whoever may answer at all: stopping needs less than starting.
    if (verified.statement.answer === 'deny') return nothing;
    if (now > verified.statement.expires || isRequester(verified.approver, requesters)) continue;
    votes.push({
      approver: verified.approver,
      lifts: verified.statement.lifts,
      expires: verified.statement.expires,
    });
  }
  return count(hold, votes);
}

interface Vote {
  readonly approver: Approver;
  readonly lifts: readonly string[];
  readonly expires: number;
}

function count(hold: Hold, votes: readonly Vote[]): Approval {
  const lifts = new Set<string>();
  const counted = new Set<Vote>();
  for (const forbid of hold.forbids) {
    const entitled = votes.filter(
      (vote) => vote.lifts.includes(forbid.contentHash) && mayLift(vote.approver, forbid),
    );
    if (distinctPeople(entitled.map((vote) => vote.approver)) < Math.max(1, forbid.quorum)) continue;
    lifts.add(forbid.contentHash);
    for (const vote of entitled) counted.add(vote);
  }
  return {
    lifts,
    keyIds: [...new Set([...counted].map((vote) => vote.approver.keyId))].sort(),
    expires: Math.min(hold.expires, ...[...counted].map((vote) => vote.expires)),
  };
}

/** Whether `approver` is one that `forbid` asks for; any configured approver where it names none. */
export function mayLift(approver: Approver, forbid: Pick<HeldForbid, 'approvers'>): boolean {
  if (forbid.approvers.length === 0) return true;
  return (
    forbid.approvers.includes(approver.id) ||
    approver.groups.some((group) => forbid.approvers.includes(group))
  );
}

/** Whether `approver` asked for the action, under any of its names. `requesters` are comparable names. */
function isRequester(approver: Approver, requesters: ReadonlySet<string>): boolean {
  return namesOf(approver).some((name) => requesters.has(name));
}

/**
 * How many different people `approvers` are: entries that share a key, an id or a person are one, and so are those that a third entry connects.
 * One person with two keys, or under two names, is one.
 */
export function distinctPeople(approvers: readonly Approver[]): number {
  const groups: Set<string>[] = [];
  for (const approver of approvers) {
    const joined = new Set([`key ${approver.keyId}`, ...namesOf(approver)]);
    for (let index = groups.length - 1; index >= 0; index -= 1) {
      const group = groups[index];
      if (group === undefined || ![...joined].some((name) => group.has(name))) continue;
      for (const name of group) joined.add(name);
      groups.splice(index, 1);
    }
    groups.push(joined);
  }
  return groups.length;
}

/** Whether `approver` could count for an action that `requesters` ask for, among `approvers`: a requester's other keys are entries of their own. */
export function mayCount(
  approver: Approver,
  requesters: readonly string[],
  approvers: readonly Approver[],
): boolean {
  return !isRequester(approver, requesterNames(requesters, approvers));
}

function namesOf(approver: Approver): readonly string[] {
  return [approver.id, ...(approver.person === undefined ? [] : [approver.person])].map(comparableName);
}

/**
 * Every name under which `requesters` ask: an id that an identity provider vouches for, `okta:ann`, is also `ann`. INVARIANT: this takes approvers away and never adds one;
 * that an `ann` of some provider may be another person costs her an approver, and the other way round would let her approve herself. Names lead to names: whoever is an
 * approver under one of them is a requester under all of theirs, as {@link distinctPeople} counts people.
 */
function requesterNames(requesters: readonly string[], approvers: readonly Approver[]): ReadonlySet<string> {
  const asked = requesters.flatMap((name) => {
    const colon = name.indexOf(':');
    return colon < 0 ? [name] : [name, name.slice(colon + 1)];
  });
  const names = new Set(asked.map(comparableName));
  for (let size = -1; size !== names.size; ) {
    size = names.size;
    for (const approver of approvers)
      if (isRequester(approver, names)) for (const name of namesOf(approver)) names.add(name);
  }
  return names;
}

/** One form for spellings of one name, so that `Ann` and `ANN` are not two people. */
function comparableName(name: string): string {
  return `name ${name.normalize('NFKC').toLowerCase()}`;
}
