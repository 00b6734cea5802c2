/** A candidate set of a guard in your own process: it follows the tools as they are wrapped, and no fault of it stops one. */
import type { PolicyDecisionPoint, ToolDefinition } from '../../model/index.ts';

/** A candidate and how it is kept. */
export interface Candidate {
  /** Loads it over `tools`. Never throws: a candidate that does not fit them answers nothing from then on. */
  load(tools: readonly ToolDefinition[]): void;
  /** Throws what loading threw, which the record then shows as a candidate that failed. */
  readonly current: () => PolicyDecisionPoint;
}

/** A candidate that `load` makes. Throws `policy.*` where it is no policy set at all. */
export function createCandidate(
  load: (tools: readonly ToolDefinition[] | undefined) => PolicyDecisionPoint,
): Candidate {
  let loaded: PolicyDecisionPoint | { readonly thrown: unknown } = load(undefined);
  return {
    load(tools) {
      try {
        loaded = load(tools);
      } catch (thrown) {
        loaded = { thrown };
      }
    },
    current() {
      if ('thrown' in loaded) throw loaded.thrown;
      return loaded;
    },
  };
}
