/** A report as a list of checks, in the order in which a verifier goes about them. */
import type { LogReport, VerifyOptions } from '../report.ts';

/** What became of one check. `not run`: there was nothing to check, or what it rests on failed. */
export interface CheckResult {
  readonly check: string;
  readonly status: 'passed' | 'failed' | 'not run';
}

/** What of the options says which checks there were to make. */
export interface Asked extends Partial<Pick<VerifyOptions, 'noted' | 'from' | 'disclosed' | 'entries'>> {
  readonly trust?: Pick<VerifyOptions['trust'], 'minimumWitnesses'>;
}

/** Each check, and the problems that fail it. */
const CHECKS = {
  signatures: /^(?:no-trusted-key|signature-invalid|origin-mismatch|checkpoint-.*)$/,
  witnesses: /^witnesses-/,
  root: /^(?:root|bundle|leaf|tile)-/,
  size: /^(?:entry-count|tail-cut|entries-uncovered)$/,
  consistency: /^(?:history-rewritten|fork)$/,
  order: /^entry-(?:malformed|misplaced|refused)$/,
  producers: /^producer-/,
  commitments: /^(?:commitment|body)-/,
};

/** The result of each check of the verification with `options` that led to `report`. */
export function summarise({ root, problems }: LogReport, options: Asked): readonly CheckResult[] {
  const { noted = [], from, disclosed, entries, trust = {} } = options;
  const isOrdered = entries === 'ordered' || disclosed !== undefined;
  const asked = {
    witnesses: (trust.minimumWitnesses ?? 0) > 0,
    consistency: noted.length > 0 || from !== undefined,
  };
  const ran: Readonly<Record<string, boolean>> = {
    ...asked,
    order: isOrdered,
    producers: isOrdered,
    commitments: disclosed !== undefined,
  };
  return Object.entries(CHECKS).map(([check, codes]) => {
    // Whatever is wrong with a checkpoint that was noted, the log was not found to extend it.
    const isNoted = (place = '') => place.includes('checkpoint ');
    const isFailed = problems.some(({ place, code }) =>
      isNoted(place) ? check === 'consistency' : codes.test(code),
    );
    const isRun = check === 'signatures' || (root !== undefined && (ran[check] ?? true));
    return { check, status: isFailed ? 'failed' : isRun ? 'passed' : 'not run' };
  });
}
