/** What limits say of one call: what stands to them, which it would pass, and what it would take. Reads state and decides; writes nothing. */
import {
  type Check,
  type LimitAccount,
  type LimitDeclaration,
  type LimitFact,
  type LimitMeasure,
  type LimitReservation,
  type LimitStanding,
  type LimitUsage,
  type LimitUse,
  MAX_RESERVATIONS,
  missingFacts,
  missingReason,
  type PolicyRef,
  remainingOf,
  resetOf,
  usedOf,
} from '../model/index.ts';
import { Fault } from '../kernel/index.ts';
import { appliesTo, type CompiledLimit } from './compiled-limit.ts';
import { type CountedKey, keysOf, type LimitedCall } from './limit-keys.ts';

/** A limit that the call would pass, and a sentence for people. */
export interface PassedLimit {
  readonly forbid: PolicyRef;
  readonly reason: string;
}

/** What all limits of a set say of one call. */
export interface LimitJudgement {
  /** One for each declared limit. */
  readonly checks: readonly Check[];
  /** By id: those that apply and count over calls. What policies see as `context.limits`. */
  readonly standings: Readonly<Record<string, LimitStanding>>;
  readonly passed: readonly PassedLimit[];
  /** What the entry that permits the call takes; `enforced` as though no mode relaxed it. */
  readonly reservations: readonly LimitReservation[];
  /** The shortest time that a limit lets one call run. */
  readonly deadlineMs?: number;
}

/** What a call is judged with. */
export interface LimitQuestion extends LimitedCall {
  /** What a face says that the call will need; absent measures are not known. */
  readonly estimate: LimitUsage;
  /** Milliseconds since 1970, never below the log's time floor. */
  readonly now: number;
  readonly read: (key: string) => LimitUse | undefined;
  /** What the call got of an account that a fleet keeps together; absent: nothing. */
  readonly share?: (key: string) => FleetShare | undefined;
}

/** What a call got of one account of a fleet. */
export interface FleetShare {
  /** Whether the units it needs were to be had. */
  readonly isTaken: boolean;
  /** Units at this node, its own included. */
  readonly remaining: number;
}

/** An account of a fleet that a call counts for, and what it needs of it. */
export interface FleetNeed {
  readonly key: string;
  readonly measure: LimitMeasure;
  readonly account: LimitAccount;
  readonly amount: number | 'rest';
}

/** Judges the call by each of `limits`. Throws what `read` throws. */
export function judgeLimits(limits: readonly CompiledLimit[], question: LimitQuestion): LimitJudgement {
  const answers = limits.map((limit) => judgeOne(limit, question));
  const standings: Record<string, LimitStanding> = {};
  for (const { id, standing } of answers) if (standing !== undefined) standings[id] = standing;
  const passed = answers.flatMap((answer) => (answer.passed === undefined ? [] : [answer.passed]));
  const reservations = answers.flatMap((answer) => answer.reservations ?? []);
  const [first] = limits;
  const tooMany: readonly PassedLimit[] =
    reservations.length > MAX_RESERVATIONS && first !== undefined
      ? [{ forbid: first.forbid, reason: `the call counts for more than ${MAX_RESERVATIONS} accounts` }]
      : [];
  const deadlines = answers.flatMap(({ deadlineMs }) => (deadlineMs === undefined ? [] : [deadlineMs]));
  return {
    checks: answers.map(({ check }) => check),
    standings,
    passed: [...passed, ...tooMany],
    reservations,
    ...(deadlines.length === 0 ? {} : { deadlineMs: Math.min(...deadlines) }),
  };
}

interface Answer {
  readonly id: string;
  readonly check: Check;
  readonly standing?: LimitStanding;
  readonly passed?: PassedLimit;
  readonly reservations?: readonly LimitReservation[];
  readonly deadlineMs?: number;
}

function judgeOne(limit: CompiledLimit, question: LimitQuestion): Answer {
  const { declaration, forbid } = limit;
  const { id, measure, perCall } = declaration;
  const parts = question.request.parts.filter((part) => appliesTo(declaration, part));
  const answer = { id, check: limitCheck(declaration, 'ran') };
  if (parts.length === 0) return { id, check: limitCheck(declaration, 'skipped', 'limit.not-applicable') };
  const unjudged = (reason: string): Answer => ({
    id,
    check: limitCheck(declaration, 'failed', 'limit.fact-missing'),
    passed: { forbid, reason: `limit \`${id}\` cannot be judged: ${reason}` },
  });
  const estimate = measure === 'calls' || measure === 'time' ? undefined : question.estimate[measure];
  if (perCall !== undefined && measure !== 'time') {
    if (estimate === undefined) return unjudged(`nothing says how much \`${measure}\` the call needs`);
    if (estimate > perCall) {
      const reason = `limit \`${id}\` lets one call need ${shown(measure, perCall)}, and this one needs ${shown(measure, estimate)}`;
      return { ...answer, passed: { forbid, reason } };
    }
  }
  const deadline = measure === 'time' && perCall !== undefined ? { deadlineMs: perCall } : {};
  if (limit.account === undefined) return { ...answer, ...deadline };
  const found = keysOf(limit, question, parts);
  if (found.status === 'missing') return unjudged(`the call has no \`${found.fact}\``);
  if (found.status === 'too_many') return unjudged('it counts for too many accounts at once');
  return { ...answer, ...deadline, ...judgeAccounts(limit, question, found.keys, estimate) };
}

/** What a call needs of accounts that a fleet keeps together; taken before it is judged. */
export function fleetNeeds(
  limits: readonly CompiledLimit[],
  call: LimitedCall & Pick<LimitQuestion, 'estimate'>,
): readonly FleetNeed[] {
  return limits.flatMap((limit) => {
    const { declaration, account } = limit;
    if (declaration.across === undefined || account === undefined) return [];
    const { measure } = declaration;
    const found = keysOf(
      limit,
      call,
      call.request.parts.filter((part) => appliesTo(declaration, part)),
    );
    if (found.status !== 'known') return [];
    return found.keys.map(({ key, parts }) => ({
      key,
      measure,
      account,
      amount: neededBy(limit, parts, call.estimate[measure]),
    }));
  });
}

/** Accounts of a fleet: what the call got is all that is known here. */
function judgeShares(
  { declaration, account, forbid }: CompiledLimit,
  { share }: LimitQuestion,
  keys: readonly CountedKey[],
): Pick<Answer, 'standing' | 'passed'> {
  const limit = account?.capacity ?? 0;
  let standing: LimitStanding | undefined;
  for (const { key } of keys) {
    const { isTaken, remaining } = share?.(key) ?? { isTaken: false, remaining: 0 };
    const own = { limit, used: limit - remaining, remaining, exceeded: !isTaken };
    if (standing === undefined || isNearer(own, standing)) standing = own;
  }
  if (standing === undefined) return {};
  if (!standing.exceeded) return { standing };
  const left = `${shown(declaration.measure, standing.remaining)} of ${shown(declaration.measure, limit)}`;
  const reason = `limit \`${declaration.id}\`, kept by the whole fleet, has ${left} for this node`;
  return { standing, passed: { forbid, reason } };
}

function judgeAccounts(
  limit: CompiledLimit,
  question: LimitQuestion,
  keys: readonly CountedKey[],
  estimate: number | undefined,
): Pick<Answer, 'standing' | 'passed' | 'reservations'> {
  const { declaration, account, forbid } = limit;
  if (account === undefined) return {};
  if (declaration.across !== undefined) return judgeShares(limit, question, keys);
  const { now, read } = question;
  const { id, measure } = declaration;
  let standing: LimitStanding | undefined;
  const reservations: LimitReservation[] = [];
  for (const { key, parts } of keys) {
    const use = read(key);
    const remaining = remainingOf(account, use, now);
    const amount = neededBy(limit, parts, estimate);
    const need = amount === 'rest' ? 1 : amount;
    reservations.push({ limit: id, key, measure, account, amount, enforced: true });
    const exceeded = need > remaining;
    const resets = resetOf(account, use, now, exceeded ? need : account.capacity);
    const own: LimitStanding = {
      limit: account.capacity,
      used: usedOf(account, use, now),
      remaining,
      exceeded,
      ...(resets === undefined ? {} : { resets }),
    };
    if (standing === undefined || isNearer(own, standing)) standing = own;
  }
  if (standing === undefined) return {};
  if (!standing.exceeded) return { standing, reservations };
  return { standing, reservations, passed: { forbid, reason: passedReason(declaration, standing) } };
}

/** The account nearest to its end speaks for all of them. */
function isNearer(one: LimitStanding, other: LimitStanding): boolean {
  return one.exceeded === other.exceeded ? one.remaining < other.remaining : one.exceeded;
}

/** Calls count by their parts; everything else is what the face, the declaration, or nobody says. */
function neededBy(
  { declaration, account }: CompiledLimit,
  parts: number,
  estimate: number | undefined,
): LimitReservation['amount'] {
  if (account?.type === 'held') return 1;
  if (declaration.measure === 'calls') return parts;
  return estimate ?? declaration.reserve ?? declaration.perCall ?? 'rest';
}

/** Says which limit, what is left of it, and when it is worth trying again. */
function passedReason(
  { id, measure, kind }: LimitDeclaration,
  { limit, remaining, resets }: LimitStanding,
): string {
  const left = `limit \`${id}\` has ${shown(measure, remaining)} of ${shown(measure, limit)} left`;
  if (resets !== undefined) return `${left} and resets at ${instant(resets)}`;
  return kind === 'concurrency'
    ? `${left} until a call under way ends`
    : `${left} and does not reset by itself`;
}

/** The check that a receipt names for a limit. */
export function limitCheck({ id }: LimitDeclaration, status: Check['status'], reason?: string): Check {
  return {
    id: `limit:${id}`,
    version: '1',
    status,
    ...(reason === undefined ? {} : { reason }),
    mode: 'block',
  };
}

/** Throws `policy.limit` where a limit is on a fact that neither every action has nor `supplied` names. */
export function requireLimitFacts(
  declarations: readonly LimitDeclaration[] | undefined,
  supplied: ReadonlySet<LimitFact>,
): void {
  for (const declaration of declarations ?? []) {
    const [fact] = missingFacts(declaration, supplied);
    if (fact !== undefined)
      throw new Fault('policy.limit', `limit \`${declaration.id}\` ${missingReason(fact)}`, {
        limit: declaration.id,
        fact,
      });
  }
}

function shown(measure: LimitMeasure, amount: number): string {
  switch (measure) {
    case 'calls':
      return `${amount} call${amount === 1 ? '' : 's'}`;
    case 'tokens':
      return `${amount} token${amount === 1 ? '' : 's'}`;
    case 'time':
      return `${amount} ms`;
    case 'cost':
      return decimal(amount);
    default:
      return measure satisfies never;
  }
}

/** Millionths as an exact decimal. */
function decimal(micros: number): string {
  const text = String(micros).padStart(7, '0');
  const fraction = text.slice(-6).replace(/0+$/, '').padEnd(2, '0');
  return `${text.slice(0, -6)}.${fraction}`;
}

/** Last instant of the year 9999: none later can be written. */
const LAST_INSTANT = 253_402_300_799_999;

function instant(time: number): string {
  return new Date(Math.min(time, LAST_INSTANT)).toISOString();
}
