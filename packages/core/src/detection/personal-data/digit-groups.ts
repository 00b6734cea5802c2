/** Digits written in groups: `4111 1111 1111 1111`, `078-05-1120`. */
import type { ScannedText } from '../text/index.ts';

/** Groups of digits with at most one separator between two of them. */
export interface DigitGroups {
  /** Start and end of each group, flat, as in a survey. */
  readonly runs: ArrayLike<number>;
  /** Index of the first group in `runs`; a multiple of two. */
  readonly first: number;
  /** One past the last group's end index. */
  readonly last: number;
}

/** Every maximal sequence of groups joined by one of `separators`, of at least `leastDigits`. Each run of the text is in at most one. */
export function groupsOf(
  { text, survey }: ScannedText,
  separators: string,
  leastDigits: number,
): readonly DigitGroups[] {
  const runs = survey.digitRuns;
  const sequences: DigitGroups[] = [];
  for (let first = 0; first < runs.length; ) {
    let last = first + 2;
    let digits = (runs[first + 1] as number) - (runs[first] as number);
    while (last < runs.length && isJoined(text, runs[last - 1] as number, runs[last] as number, separators)) {
      digits += (runs[last + 1] as number) - (runs[last] as number);
      last += 2;
    }
    if (digits >= leastDigits) sequences.push({ runs, first, last });
    first = last;
  }
  return sequences;
}

/** The digits of the groups `from` to `to` (indices into `runs`). */
export function digitsOf(text: string, runs: ArrayLike<number>, from: number, to: number): string {
  let digits = '';
  for (let index = from; index < to; index += 2) digits += text.slice(runs[index], runs[index + 1]);
  return digits;
}

function isJoined(text: string, end: number, next: number, separators: string): boolean {
  return next === end + 1 && separators.includes(text.charAt(end));
}
