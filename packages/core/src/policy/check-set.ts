/** Checks a whole policy set, packs included, and reports everything at once; loads nothing. */
import { checkExpanded, type CheckedPolicySet, type CheckOptions } from './check-sources.ts';
import { expandPacks } from './expand-packs.ts';
import { type KeptChecks, nothingKept } from './kept-checks.ts';

/** Checks a set without loading it. Throws only where the engine itself fails. */
export function checkPolicySet(options: CheckOptions): CheckedPolicySet {
  return checkAgain(options, nothingKept());
}

/** As {@link checkPolicySet}; what `kept` knows is not found out again, and what is found out goes into it. */
export function checkAgain(options: CheckOptions, kept: KeptChecks): CheckedPolicySet {
  return checkExpanded(options, expandPacks(options), kept);
}
