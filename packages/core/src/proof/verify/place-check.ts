/** The verifier's own check of the places of entries, for a pass that it does not make itself. */
import { createEntryCheck, ProblemList } from './engine/index.ts';
import type { CheckEntry } from './report.ts';

/** A check for one pass over the log of `origin`, from entry 0 on: of this log, times never falling, every producer's counter without gaps. */
export function createPlaceCheck(origin: string): CheckEntry {
  const problems = new ProblemList();
  const check = createEntryCheck(origin, problems);
  return (bytes, index) => {
    check(bytes, index);
    const [problem] = problems.all.splice(0);
    return problem?.message;
  };
}
