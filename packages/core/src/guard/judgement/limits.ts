/** Limits on the line: read at step 5, judged at step 6 as forbids that no policy lifts, reserved at step 7. */
import { describeFault, type JsonObject } from '../../kernel/index.ts';
import type {
  Check,
  LimitReservation,
  LimitUsage,
  PolicyDecisionPoint,
  PolicyOutcome,
} from '../../model/index.ts';
import { remainingOf } from '../../model/index.ts';
import { compileLimits, judgeLimits, limitCheck, type LimitJudgement } from '../../reliability/index.ts';
import type { Line } from '../line.ts';
import type { Refusal } from './decisions.ts';
import type { CallShares } from './call-shares.ts';
import { flooredNow, type IdentifiedAction } from './trip.ts';

/** What limits say of one round: their judgement, or why there is none. Absent checks and standings: no limit is declared. */
export interface LimitRound {
  readonly checks: readonly Check[];
  readonly judgement?: LimitJudgement;
  readonly failure?: Refusal;
}

const NO_LIMITS: LimitRound = { checks: [] };

/** Step 5: reads what stands to the limits of `pdp` for a call with `args`. Lists and results count for none. */
export function gatherLimits(
  line: Line,
  { request }: IdentifiedAction,
  pdp: PolicyDecisionPoint,
  args: JsonObject,
  shares?: CallShares,
): LimitRound {
  const limits = compileLimits(pdp.limits);
  if (limits.length === 0 || request.phase !== 'call') return NO_LIMITS;
  try {
    if (shares?.failure !== undefined) return unreadable(limits, shares.failure);
    const judgement = judgeLimits(limits, {
      request,
      args,
      estimate: line.usage?.estimate === undefined ? {} : knownUsage(line.usage.estimate(request, args)),
      now: flooredNow(line.clock, line.state.timeFloor()),
      read: (key) => line.state.limitUse(key),
      ...(shares === undefined ? {} : { share: (key: string) => shares.of(key) }),
    });
    return { checks: judgement.checks, judgement };
  } catch (thrown) {
    const reason = `the limits cannot be read: ${describeFault(thrown)}`;
    return unreadable(limits, { code: 'limit.unavailable', reason });
  }
}

function unreadable(limits: ReturnType<typeof compileLimits>, failure: Refusal): LimitRound {
  return {
    checks: limits.map(({ declaration }) => limitCheck(declaration, 'failed', 'limit.unavailable')),
    failure,
  };
}

/** The checks of a call that was refused before any limit was read. */
export function skippedLimits(pdp: PolicyDecisionPoint): readonly Check[] {
  return (pdp.limits ?? []).map((limit) => limitCheck(limit, 'skipped', 'admission'));
}

/** Step 6: `outcome` with the forbids of the limits that the call would pass. */
export function withLimits(outcome: PolicyOutcome, { judgement }: LimitRound): PolicyOutcome {
  if (judgement === undefined || judgement.passed.length === 0) return outcome;
  const refs = judgement.passed.map(({ forbid }) => forbid);
  const reasons = judgement.passed.map(({ reason }) => reason);
  // The set's mode relaxes its limits as it relaxes its policies: what would be denied is said, counted and let through.
  if (outcome.mode === 'audit') {
    const wasDenied = outcome.would === 'deny';
    return {
      ...outcome,
      would: 'deny',
      determining: wasDenied ? [...outcome.determining, ...refs] : refs,
      reasons: wasDenied ? [...outcome.reasons, ...reasons] : reasons,
    };
  }
  const wasDenied = outcome.verdict === 'deny';
  return {
    ...outcome,
    verdict: 'deny',
    determining: wasDenied ? [...outcome.determining, ...refs] : refs,
    reasons: wasDenied ? [...outcome.reasons, ...reasons] : reasons,
    parts: outcome.parts.map(({ verdict, determining }) => ({
      verdict: 'deny',
      determining: verdict === 'deny' ? [...determining, ...refs] : refs,
    })),
    obligations: [],
    held: [],
    needs: [],
  };
}

/** Step 7: what the entry that permits takes; nothing is enforced of it in audit mode. */
export function reservationsOf(
  { judgement }: LimitRound,
  mode: PolicyOutcome['mode'],
): readonly LimitReservation[] | undefined {
  if (judgement === undefined || judgement.reservations.length === 0) return undefined;
  if (mode !== 'audit') return judgement.reservations;
  return judgement.reservations.map((reservation) => ({ ...reservation, enforced: false }));
}

/** Why the log refused `reservations` twice: others took what there was between the reading and the taking. */
export function lostReservation(line: Line, reservations: readonly LimitReservation[] = []): string {
  const now = flooredNow(line.clock, line.state.timeFloor());
  const lost = reservations.filter(({ key, account, amount }) => {
    const remaining = remainingOf(account, line.state.limitUse(key), now);
    return remaining < (amount === 'rest' ? 1 : amount);
  });
  const named = [...new Set((lost.length === 0 ? reservations : lost).map(({ limit }) => `\`${limit}\``))];
  return `other calls took what remained of limit ${named.join(', ')} meanwhile`;
}

/** A usage as far as it can be believed: whole numbers from 0 on. */
export function knownUsage(usage: LimitUsage): LimitUsage {
  return Object.fromEntries(
    Object.entries(usage).filter(([, amount]) => Number.isSafeInteger(amount) && amount >= 0),
  );
}
