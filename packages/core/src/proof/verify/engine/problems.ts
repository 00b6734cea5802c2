/** What verification found wrong, in the order it was found. */
import type { Problem, ProblemCode } from '../problem.ts';

/** Most problems kept; entries are not read past them, because a log this broken needs no longer list. */
export const MAX_PROBLEMS = 100;

export class ProblemList {
  readonly all: Problem[] = [];

  add(code: ProblemCode, message: string, place?: string, index?: number): undefined {
    if (this.all.length < MAX_PROBLEMS) this.all.push({ code, message, place, index });
  }
}
