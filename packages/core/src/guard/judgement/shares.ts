/** What a call takes of limits that a fleet keeps together: before it is judged, because only the shared side knows what there is. */
import { describeFault, isFault } from '../../kernel/index.ts';
import type { LimitMeasure, PolicyDecisionPoint } from '../../model/index.ts';
import { compileLimits, fleetNeeds, type FleetShare, type TakenUnits } from '../../reliability/index.ts';
import type { Line } from '../line.ts';
import type { CallShares } from './call-shares.ts';
import { knownUsage } from './limits.ts';
import type { IdentifiedAction } from './trip.ts';

interface Taken {
  readonly measure: LimitMeasure;
  readonly units: TakenUnits;
  /** Counts units that were used beyond them, as far as there are any. */
  readonly charge: (amount: number) => void;
}

/** Takes what `identified` needs; `undefined` where no limit of `pdp` is kept by a fleet. Never rejects. */
export function takeShares(
  line: Line,
  { request }: IdentifiedAction,
  pdp: PolicyDecisionPoint,
): Promise<CallShares> | undefined {
  const limits = compileLimits(pdp.limits).filter(({ declaration }) => declaration.across !== undefined);
  return limits.length === 0 ? undefined : takeNeeded(line, request, limits);
}

async function takeNeeded(
  line: Line,
  request: IdentifiedAction['request'],
  limits: ReturnType<typeof compileLimits>,
): Promise<CallShares> {
  const taken: Taken[] = [];
  const answers = new Map<string, FleetShare>();
  try {
    const { args } = request;
    const estimate = line.usage?.estimate === undefined ? {} : knownUsage(line.usage.estimate(request, args));
    for (const { key, measure, account, amount } of fleetNeeds(limits, { request, args, estimate })) {
      if (line.shares === undefined) throw new Error('no side that the nodes share is configured');
      const { shares } = line;
      const units = await shares.take(key, account, amount);
      const charge = (more: number): void => void shares.charge(key, account, more);
      if ('amount' in units) taken.push({ measure, units, charge });
      answers.set(
        key,
        'amount' in units
          ? { isTaken: true, remaining: units.amount + units.left }
          : { isTaken: false, remaining: units.short },
      );
    }
    return callShares(answers, taken);
  } catch (thrown) {
    const reason = `the limits of the fleet cannot be read: ${describeFault(thrown)}`;
    const code = isFault(thrown, 'bound.exceeded') ? thrown.code : 'limit.unavailable';
    return { ...callShares(answers, taken), failure: { code, reason } };
  }
}

function callShares(answers: ReadonlyMap<string, FleetShare>, taken: readonly Taken[]): CallShares {
  let isStarted = false;
  return {
    of: (key) => answers.get(key),
    start() {
      isStarted = true;
    },
    settle(usage) {
      for (const { measure, units, charge } of taken) {
        const used = usage[measure] ?? units.amount;
        if (used < units.amount) units.giveBack(units.amount - used);
        if (used > units.amount) charge(used - units.amount);
      }
    },
    end() {
      if (!isStarted) for (const { units } of taken) units.giveBack(units.amount);
    },
  };
}
