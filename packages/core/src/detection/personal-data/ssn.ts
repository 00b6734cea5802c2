/** United States social security numbers and individual taxpayer numbers. */
import type { Recognised, ScannedText } from '../text/index.ts';
import { isClassAt, WORD, HYPHEN } from '../survey/index.ts';
import type { Keywords } from './keywords.ts';

/** Numbers published in advertisements and films; never issued. */
const NEVER_ISSUED: ReadonlySet<string> = new Set([
  '078051120',
  '219099999',
  '123456789',
  '111111111',
  '333333333',
]);

/** Reports `123-45-6789`; with spaces, dots or nothing between the groups only where a keyword stands near. */
export function findSocialSecurityNumbers(
  { text, survey }: ScannedText,
  keywords: Keywords,
  report: (recognised: Recognised) => void,
): void {
  const runs = survey.digitRuns;
  for (let index = 0; index < runs.length; index += 2) {
    const start = runs[index] as number;
    const length = (runs[index + 1] as number) - start;
    if ((length !== 3 && length !== 9) || isClassAt(text, start - 1, WORD | HYPHEN)) continue;
    const end = length === 9 ? (runs[index + 1] as number) : endOfGroups(text, runs, index);
    if (end === undefined || isClassAt(text, end, WORD | HYPHEN)) continue;
    const digits = text.slice(start, end).replace(/[ .-]/g, '');
    const detail = detailOf(digits);
    if (detail === undefined) continue;
    const isHyphenated = text[start + 3] === '-';
    if (!isHyphenated && !keywords.near('ssn', start)) continue;
    report({ kind: 'ssn', detail, severity: 'high', confidence: isHyphenated ? 0.85 : 0.8, start, end });
  }
}

/** End of three groups 3-2-4 with the same separator, starting at the run `index`. */
function endOfGroups(text: string, runs: ArrayLike<number>, index: number): number | undefined {
  const end = runs[index + 5];
  if (end === undefined) return undefined;
  const start = runs[index] as number;
  const separator = text[start + 3];
  if (separator !== '-' && separator !== ' ' && separator !== '.') return undefined;
  const fits =
    runs[index + 2] === start + 4 &&
    runs[index + 3] === start + 6 &&
    runs[index + 4] === start + 7 &&
    end === start + 11;
  return fits && text[start + 6] === separator ? end : undefined;
}

/** Social Security Administration: no area 000, 666 or 9xx, no group 00, no serial 0000. IRS: 9xx with certain groups is an ITIN. */
function detailOf(digits: string): string | undefined {
  const area = Number(digits.slice(0, 3));
  const group = Number(digits.slice(3, 5));
  if (area === 0 || area === 666 || group === 0 || digits.endsWith('0000') || NEVER_ISSUED.has(digits))
    return undefined;
  if (area < 900) return 'us-ssn';
  const isTaxpayer =
    (group >= 50 && group <= 65) || (group >= 70 && group <= 88) || (group >= 90 && group !== 93);
  return isTaxpayer ? 'us-itin' : undefined;
}
