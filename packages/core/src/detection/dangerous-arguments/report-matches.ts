/** Reports every match of an expression. */
import type { Recognised } from '../text/index.ts';

/** What is the same for all matches. */
export type MatchMeaning = Pick<Recognised, 'kind' | 'detail' | 'severity' | 'confidence'>;

/** Reports each match of the global `pattern` in `text`; unlike `matchAll` it makes no copy of the expression. */
export function reportMatches(
  pattern: RegExp,
  text: string,
  meaning: MatchMeaning,
  report: (recognised: Recognised) => void,
): void {
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    report({ ...meaning, start: match.index, end: pattern.lastIndex });
  }
}
