/** The straight line that a decision went through, step by step, from what is recorded and disclosed of it. */
import { disclosedIn } from './disclosed.ts';
import { lineEnd } from './line-end.ts';
import { decisionIn, spentIn } from './recorded.ts';
import type { Step } from './step.ts';
import { type OutcomeKnown, stepsAfter } from './steps-after.ts';
import { stepsBefore } from './steps-before.ts';

/** What a line is drawn from: a receipt, as the API details it. */
export interface LineOf {
  /** `origin#index`. */
  readonly receipt: string;
  readonly entry: Readonly<Record<string, unknown>>;
  readonly committed: readonly string[];
  readonly facts?: { readonly fields: Readonly<Record<string, unknown>> } | undefined;
}

/** The twelve steps of `of`; none of what is no decision. `outcome`: the entry that closed it, as far as it was read. */
export function straightLine(of: LineOf, outcome: OutcomeKnown | undefined): readonly Step[] {
  const decision = decisionIn(of.entry);
  if (decision === undefined) return [];
  const fields = of.facts?.fields;
  const end = lineEnd(decision);
  const isSealed = (field: string): boolean =>
    of.committed.includes(field) && (fields === undefined || !(field in fields));
  const disclosed = disclosedIn(fields);
  return [
    ...stepsBefore({
      decision,
      disclosed,
      end,
      receipt: of.receipt,
      isSealed,
      recordUs: spentIn(outcome?.entry ?? {})['record'],
    }),
    ...stepsAfter({ decision, end, outcome }),
  ];
}
