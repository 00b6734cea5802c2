/** What follows from an approval as it is shown: what may be done with it, who is missing, and whether it is still the same. Pure. */
import type { Held } from './queries.ts';

/** How far one policy that holds it is. */
export interface PolicyProgress {
  readonly id: string;
  readonly contentHash: string;
  readonly approvers: readonly string[];
  readonly quorum: number;
  /** Whether an approval of whoever looks counts for it. */
  readonly isMine: boolean;
}

/** The policies that hold it, with what they ask for. */
export function progressOf({ policies, you }: Pick<Held, 'policies' | 'you'>): readonly PolicyProgress[] {
  return policies.map(({ id, contentHash, approvers, quorum }) => ({
    id,
    contentHash,
    approvers,
    quorum,
    isMine: you.lifts.includes(contentHash),
  }));
}

/** What waits for whom, in a sentence; the approval of whoever looks may not be the last. */
export function stillMissing({ policies, answers, you }: Pick<Held, 'policies' | 'answers' | 'you'>): string {
  const given = answers.filter(({ answer, refused }) => answer === 'approve' && refused === undefined).length;
  const most = Math.max(1, ...policies.map(({ quorum }) => quorum));
  const isForOthers = policies.some(({ contentHash }) => !you.lifts.includes(contentHash));
  if (you.standing === 'may' && isForOthers)
    return 'Your approval lifts a part of it. Somebody of the other groups must agree too.';
  if (most === 1) return 'One approval is enough.';
  const left = Math.max(0, most - given);
  const people = (count: number): string => (count === 1 ? 'one person' : `${count} people`);
  return `${people(most)[0]?.toUpperCase() ?? ''}${people(most).slice(1)} must agree; ${given === 0 ? 'nobody has yet' : `${people(given)} did`}, ${people(left)} ${left === 1 ? 'is' : 'are'} missing.`;
}

/** What nobody may do with it, and why; `undefined` where whoever looks may. */
export function whyNot(
  { status, you }: Pick<Held, 'status' | 'you'>,
  answer: 'approve' | 'deny',
): string | undefined {
  const over = OVER[status];
  if (over !== undefined) return over;
  switch (you.standing) {
    case 'may':
      return undefined;
    case 'role':
      return 'Your role looks and does not answer. A writer or an administrator does.';
    case 'answered':
      return 'You answered it. The first answer of each person stands.';
    case 'requester':
      return answer === 'deny'
        ? undefined
        : 'You are among those who ask for this, so somebody else approves it. You may refuse it.';
    case 'other-group':
      return answer === 'deny'
        ? undefined
        : 'It waits for people of groups that you are not in. You may refuse it.';
    case 'unshown':
      return answer === 'deny'
        ? undefined
        : 'Its arguments are too large to be shown here, so nobody approves it here. At its node: `writ approvals show`.';
    default:
      return you.standing satisfies never;
  }
}

/** What became of it, for what waits no more. */
const OVER: Readonly<Record<Held['status'], string | undefined>> = {
  waiting: undefined,
  approved: 'It was approved. Its node verifies the answers and lets the call run once.',
  denied: 'It was refused. The call does not run.',
  withdrawn: 'It was taken back: its caller left, or the gateway ended. Nobody can answer it any more.',
  used: 'It was approved, and the call ran.',
  expired: 'Nobody approved it in time. It is refused; the agent may ask again.',
};

/** What one decides on. What changes beside it, as the agent's other requests, changes no decision. */
const DECIDED_ON = [
  'status',
  'hold',
  'logNode',
  'agent',
  'chain',
  'person',
  'method',
  'targets',
  'args',
  'isChanged',
  'masked',
  'labels',
  'policies',
  'reasons',
  'digest',
  'policyHash',
  'digested',
  'requesters',
  'expires',
  'answers',
] as const satisfies readonly (keyof Held)[];

/** Whether `now` is what was looked at `before`, in everything that one decides on. */
export function isSameQuestion(before: Held, now: Held): boolean {
  const lifts = (held: Held): string => JSON.stringify([held.you.standing, held.you.lifts]);
  return (
    lifts(before) === lifts(now) &&
    DECIDED_ON.every((name) => JSON.stringify(before[name]) === JSON.stringify(now[name]))
  );
}

/** Why the node counts an answer for nothing. */
export const REFUSED: Readonly<Record<NonNullable<Held['answers'][number]['refused']>, string>> = {
  unknown_key:
    'its bundle does not name this key; the answer counts once a signed bundle does and it is given again',
  invalid: 'it does not verify there',
  expired: 'it came too late',
  not_entitled: 'its bundle does not let this person approve it',
};

/** Why somebody is slowed, in words. */
export function slowedWords({ level, reasons }: NonNullable<Held['you']['slowed']>): string {
  const why = reasons.map((reason) => SLOWED[reason]).join(', and ');
  return level === 'slow'
    ? `You ${why}. Read this one first: your next approval is taken`
    : `You ${why}. Somebody else is asked too; your own approval is taken`;
}

const SLOWED: Readonly<Record<'rate' | 'speed' | 'uniformity', string>> = {
  rate: 'gave many approvals within an hour',
  speed: 'answered faster than one reads',
  uniformity: 'approved a long row without one refusal',
};
