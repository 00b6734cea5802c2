/** Two runs of one selection, side by side. */
import { differences } from './compare.ts';
import type { Check, Results, Selection } from './suite.ts';

/** How often a scenario is run again, alone. */
const MOST_REPEATS = 3;

/** What came of both. */
export interface Compared {
  readonly direct: Results;
  readonly through: Results;
}

/** Runs a selection against one implementation. */
export type RunSelection = (selection: Selection) => Promise<Results>;

/**
 * Runs both. The suite waits for some things no longer than half a second, which a busy machine may not keep: a scenario that came out otherwise
 * or failed is run again, alone, on both sides. What differs in earnest differs then too.
 */
export async function compared(
  selection: Selection,
  direct: RunSelection,
  through: RunSelection,
  isExpected: (scenario: string) => boolean = () => false,
): Promise<Compared> {
  const both = async (what: Selection): Promise<readonly [Results, Results]> =>
    Promise.all([direct(what), through(what)]);
  const [first, second] = await both(selection);
  const found = { direct: new Map(first), through: new Map(second) };
  const { version } = selection;
  if (version === undefined) return found;
  for (let repeat = 0; repeat < MOST_REPEATS; repeat += 1) {
    const suspects = suspectsOf(found).filter((scenario) => !isExpected(scenario));
    if (suspects.length === 0) break;
    for (const scenario of suspects) {
      const alone = { name: scenario, args: ['--scenario', scenario, '--spec-version', version, '--force'] };
      const [again, other] = await both(alone);
      found.direct.set(scenario, again.get(scenario) ?? []);
      found.through.set(scenario, other.get(scenario) ?? []);
    }
  }
  return found;
}

function suspectsOf({ direct, through }: Compared): readonly string[] {
  const failing = (results: Results): readonly string[] =>
    [...results].flatMap(([scenario, checks]) => (checks.some(isBad) ? [scenario] : []));
  const differing = differences(direct, through).map(({ scenario }) => scenario);
  return [...new Set([...differing, ...failing(direct), ...failing(through)])];
}

function isBad({ status }: Check): boolean {
  return status === 'FAILURE' || status === 'WARNING';
}
