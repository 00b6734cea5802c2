/** Collects what is wrong with a pack, each with its place. */
import type { FaultCode } from '../../kernel/index.ts';
import type { Place, PolicyIssue } from '../language/index.ts';

/** Most problems or warnings kept. */
const MAX_ISSUES = 200;

/** Problems refuse the pack; warnings do not. */
export class IssueList {
  readonly #problems: PolicyIssue[] = [];
  readonly #warnings: PolicyIssue[] = [];

  get problems(): readonly PolicyIssue[] {
    return this.#problems;
  }

  get warnings(): readonly PolicyIssue[] {
    return this.#warnings;
  }

  /** Adds a problem and answers `undefined`, so that a reader can return what this returns. */
  refuse(place: Place, message: string, hint?: string, code: FaultCode = 'policy.syntax'): undefined {
    if (this.#problems.length < MAX_ISSUES) this.#problems.push(issueOf(code, place, message, hint));
    return undefined;
  }

  warn(place: Place, message: string, hint?: string): void {
    if (this.#warnings.length < MAX_ISSUES)
      this.#warnings.push(issueOf('policy.empty', place, message, hint));
  }
}

function issueOf(code: FaultCode, place: Place, message: string, hint: string | undefined): PolicyIssue {
  return { code, message, place, ...(hint === undefined ? {} : { hint }) };
}
