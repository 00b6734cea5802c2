/** Payment card numbers: ISO/IEC 7812 check digit, issuer ranges, and the groupings in which cards are printed. */
import type { Recognised, ScannedText } from '../text/index.ts';
import { ALPHANUMERIC, DIGIT, isClassAt, UPPER, WORD } from '../survey/index.ts';
import { type DigitGroups, digitsOf, groupsOf } from './digit-groups.ts';
import type { Keywords } from './keywords.ts';

const SHORTEST = 12;
const LONGEST = 19;

/** Issuer ranges: first and last prefix, lengths, and whether the range is so wide that a keyword must stand near. */
const ISSUERS: readonly (readonly [
  name: string,
  first: number,
  last: number,
  lengths: readonly number[],
  wide?: true,
])[] = [
  ['visa', 4, 4, [13, 16, 19]],
  ['mastercard', 51, 55, [16]],
  ['mastercard', 2221, 2720, [16]],
  ['amex', 34, 34, [15]],
  ['amex', 37, 37, [15]],
  ['discover', 6011, 6011, [16, 19]],
  ['discover', 644, 659, [16, 19]],
  ['diners', 300, 305, [14, 16]],
  ['diners', 3095, 3095, [14, 16]],
  ['diners', 36, 36, [14, 16]],
  ['diners', 38, 39, [14, 16]],
  ['jcb', 3528, 3589, [16, 19]],
  ['jcb', 35, 35, [16], true],
  ['jcb', 1800, 1800, [15], true],
  ['jcb', 2131, 2131, [15], true],
  ['unionpay', 62, 62, [16, 17, 18, 19]],
  ['mir', 2200, 2204, [16, 19]],
  ['maestro', 50, 50, [12, 13, 14, 15, 16, 17, 18, 19], true],
  ['maestro', 56, 69, [12, 13, 14, 15, 16, 17, 18, 19], true],
  ['uatp', 1, 1, [15], true],
];

/** Reports card numbers. Groups must be four digits each, the last at most seven, or 4-6-5 and 4-6-4; or all digits stand together. */
export function findPaymentCards(
  scanned: ScannedText,
  keywords: Keywords,
  report: (recognised: Recognised) => void,
): void {
  const { text } = scanned;
  for (const groups of groupsOf(scanned, ' -.', SHORTEST)) {
    for (let from = groups.first; from < groups.last; ) {
      const to = endOfCard(text, groups, from, keywords, report);
      from = to ?? from + 2;
    }
  }
}

function endOfCard(
  text: string,
  { runs, last }: DigitGroups,
  from: number,
  keywords: Keywords,
  report: (recognised: Recognised) => void,
): number | undefined {
  const start = runs[from] as number;
  if (
    isClassAt(text, start - 1, WORD) ||
    (isDecimal(text, start) && from > 0) ||
    isAfterAccountStart(text, start)
  )
    return undefined;
  let length = 0;
  let best: number | undefined;
  let issuer: string | undefined;
  for (let to = from; to < last; to += 2) {
    const group = (runs[to + 1] as number) - (runs[to] as number);
    length += group;
    if (length > LONGEST) break;
    if (
      length < SHORTEST ||
      isClassAt(text, runs[to + 1] as number, ALPHANUMERIC) ||
      !isPrinted(runs, from, to)
    )
      continue;
    const digits = digitsOf(text, runs, from, to + 2);
    const name = issuerOf(digits, keywords.near('card', start));
    if (name !== undefined && hasLuhnDigit(digits)) {
      best = to + 2;
      issuer = name;
    }
  }
  if (best === undefined || issuer === undefined) return undefined;
  const end = runs[best - 1] as number;
  report({ kind: 'payment-card', detail: issuer, severity: 'high', confidence: 0.9, start, end });
  return best;
}

/** `RS35 2600 …`: groups of a bank account that begins with letters. */
function isAfterAccountStart(text: string, start: number): boolean {
  return (
    text[start - 1] === ' ' &&
    isClassAt(text, start - 2, DIGIT) &&
    isClassAt(text, start - 3, DIGIT) &&
    isClassAt(text, start - 4, UPPER) &&
    isClassAt(text, start - 5, UPPER) &&
    !isClassAt(text, start - 6, ALPHANUMERIC)
  );
}

/** `0.4111…`: digits behind a decimal point. */
function isDecimal(text: string, start: number): boolean {
  return text[start - 1] === '.' && isClassAt(text, start - 2, ALPHANUMERIC);
}

/** Whether the groups `from` to `to` are sized as on a card. */
function isPrinted(runs: ArrayLike<number>, from: number, to: number): boolean {
  if (from === to) return true;
  for (let index = from; index < to; index += 2) {
    const size = (runs[index + 1] as number) - (runs[index] as number);
    const isSecondOfThree = index === from + 2 && to === from + 4 && size === 6;
    if (size !== 4 && !isSecondOfThree) return false;
  }
  return (runs[to + 1] as number) - (runs[to] as number) <= 7;
}

function issuerOf(digits: string, hasKeyword: boolean): string | undefined {
  for (const [name, first, last, lengths, wide] of ISSUERS) {
    if (wide === true && !hasKeyword) continue;
    if (!lengths.includes(digits.length)) continue;
    const prefix = Number(digits.slice(0, String(first).length));
    if (prefix >= first && prefix <= last) return name;
  }
  return undefined;
}

/** ISO/IEC 7812-1 annex B. All zeros pass the sum and are no number. */
export function hasLuhnDigit(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const digit = digits.charCodeAt(digits.length - 1 - index) - 0x30;
    const doubled = index % 2 === 0 ? digit : digit * 2;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum > 0 && sum % 10 === 0;
}
