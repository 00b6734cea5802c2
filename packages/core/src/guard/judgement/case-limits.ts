/** Limits in policy cases: judged as on the line, from what a case says is used. */
import {
  isPermitting,
  type LimitDeclaration,
  type LimitUsage,
  MICROS,
  type PolicyOutcome,
  take,
} from '../../model/index.ts';
import type { CaseLimits, JudgeCaseLimits, PolicyCase } from '../../policy/index.ts';
import { compileLimits, judgeLimits } from '../../reliability/index.ts';
import { withLimits } from './limits.ts';

/** Stands for the tenant and the node: keys of accounts in cases meet no others. */
const NOBODY = 'case';

/** What limits say of a case; for `runCases`. Limits of a fleet are judged by what remains of the whole. */
export const judgeCaseLimits: JudgeCaseLimits = (one, query, declarations) => {
  if (query.phase !== 'call')
    return { standings: {}, concludes: (outcome) => ({ outcome, takes: [], refuses: [] }) };
  const { subject, initiator, parts, context } = query;
  const judgements = declarations.map(({ across: _across, ...declaration }) => {
    const [limit] = compileLimits([declaration]);
    const account = limit?.account;
    const used = unitsOf(declaration, one.limits?.[declaration.id]?.used ?? 0);
    return judgeLimits(limit === undefined ? [] : [limit], {
      request: {
        tenant: NOBODY,
        subject,
        initiator,
        parts,
        session: { id: context.session.id },
        ...(context.purpose === undefined ? {} : { purpose: context.purpose }),
      },
      args: context.args ?? {},
      estimate: estimateOf(one),
      now: context.time,
      read: () => (account === undefined ? undefined : take(account, undefined, context.time, used)),
    });
  });
  const passed = judgements.flatMap((judgement) => judgement.passed);
  const reservations = judgements.flatMap((judgement) => judgement.reservations);
  const standings = Object.assign(
    {},
    ...judgements.map((judgement) => judgement.standings),
  ) as CaseLimits['standings'];
  return {
    standings,
    concludes: (decided: PolicyOutcome) => {
      const judgement = { checks: [], standings, passed, reservations };
      const outcome = withLimits(decided, { checks: [], judgement });
      const taken = isPermitting(outcome.verdict) ? reservations : [];
      return {
        outcome,
        takes: [...new Set(taken.map(({ limit }) => limit))],
        refuses: passed.map(({ forbid }) => forbid.id.replace(/^limit:/, '')),
      };
    },
  };
};

function estimateOf({ estimate = {} }: PolicyCase): LimitUsage {
  const { tokens, cost } = estimate;
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(cost === undefined ? {} : { cost: Math.round(cost * MICROS) }),
  };
}

/** Money is written in units of currency, everything else in its own whole units. */
function unitsOf({ measure }: Pick<LimitDeclaration, 'measure'>, used: number): number {
  return measure === 'cost' ? Math.round(used * MICROS) : Math.ceil(used);
}
