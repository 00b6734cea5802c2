/** A report as a list of checks, in the order in which a verifier goes about them. */
import type { Problem } from '../problem.ts';
import type { LogReport, VerifyOptions } from '../report.ts';

/** What became of one check. `not run`: there was nothing to check, or what it rests on failed. */
export interface CheckResult {
  readonly check: string;
  readonly status: 'passed' | 'failed' | 'not run';
}

/** What of the options says which checks there were to make. */
export interface Asked extends Partial<Pick<VerifyOptions, 'noted' | 'from' | 'disclosed' | 'entries'>> {
  readonly trust?: Pick<VerifyOptions['trust'], 'minimumWitnesses' | 'hasQuorum'>;
}

/** What became of each check of the verification with `options` that led to this report; a check is failed by problems of its codes. */
export function summarise({ root, problems }: LogReport, options: Asked): readonly CheckResult[] {
  const { noted = [], from, disclosed, entries, trust } = options;
  const isRead = root !== undefined;
  const isOrdered = isRead && (entries === 'ordered' || disclosed !== undefined);
  const checks: readonly (readonly [string, RegExp, boolean])[] = [
    ['signatures', /^(?:no-trusted-key|signature-invalid|origin-mismatch|checkpoint-.*)$/, true],
    [
      'witnesses',
      /^witnesses-/,
      isRead && ((trust?.minimumWitnesses ?? 0) > 0 || trust?.hasQuorum !== undefined),
    ],
    ['root', /^(?:root|bundle|leaf|tile)-/, isRead],
    ['size', /^(?:entry-count|tail-cut|entries-uncovered)$/, isRead],
    ['consistency', /^(?:history-rewritten|fork)$/, isRead && (noted.length > 0 || from !== undefined)],
    ['order', /^entry-(?:malformed|misplaced|refused)$/, isOrdered],
    ['producers', /^producer-/, isOrdered],
    ['commitments', /^(?:commitment|body)-/, isRead && disclosed !== undefined],
  ];
  return checks.map(([check, codes, isRun]) => {
    // Whatever is wrong with a checkpoint that was noted, the log was not found to extend it.
    const fails = ({ place = '', code }: Problem) =>
      place.includes('checkpoint ') ? check === 'consistency' : codes.test(code);
    return { check, status: problems.some(fails) ? 'failed' : isRun ? 'passed' : 'not run' };
  });
}
