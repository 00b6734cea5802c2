/** Digits written in groups: `4111 1111 1111 1111`, `078-05-1120`. */
import type { ScannedText } from '../text/index.ts';

/** Groups of digits with at most one separator between two of them. */
export interface DigitGroups {
  /** Start and end of each group, flat, as in a survey. */
  readonly runs: readonly number[];
  /** Index of the first group in `runs`; a multiple of two. */
  readonly first: number;
  /** One past the last group's end index. */
  readonly last: number;
}

/** Yields every maximal sequence of groups joined by one of `separators`. Each run of the text is in one sequence. */
export function* groupsOf({ text, survey }: ScannedText, separators: string): Generator<DigitGroups> {
  const runs = survey.digitRuns;
  for (let first = 0; first < runs.length; ) {
    let last = first + 2;
    while (last < runs.length && isJoined(text, runs[last - 1] as number, runs[last] as number, separators))
      last += 2;
    yield { runs, first, last };
    first = last;
  }
}

/** The digits of the groups `from` to `to` (indices into `runs`). */
export function digitsOf(text: string, runs: readonly number[], from: number, to: number): string {
  let digits = '';
  for (let index = from; index < to; index += 2) digits += text.slice(runs[index], runs[index + 1]);
  return digits;
}

function isJoined(text: string, end: number, next: number, separators: string): boolean {
  return next === end + 1 && separators.includes(text.charAt(end));
}
