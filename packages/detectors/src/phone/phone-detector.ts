/** The `phone` detector: international numbers by their numbering plan, local ones by their form and a word beside them. */
import { createTextDetector, type Detector, type Recognised, type ScannedText } from '@writ/core';
import { type CountryCode, parsePhoneNumberFromString } from 'libphonenumber-js';

import { type Candidate, candidatesOf } from './candidates.ts';

/** Numbers checked against a numbering plan per input, about 40 µs each; beyond, the form decides alone. */
const MOST_CHECKED = 200;
/** How far before a number the word may stand that says what it is. */
const REACH = 48;

const WORD: RegExp =
  /(?:phone|telephone|\btel|mobile|\bcell|\bfax|\bcall(?:s|ed|ing)?|\bdial|\bring|text me|\bsms|whatsapp|answering|messages? to|reach (?:me|us|him|her|them)|hotline|pager|\bdesk|telefon|\bhandy|mobil|rufnummer|durchwahl|t[eé]l[eé]phone|m[oó]vil|celular|手机|电话|電話)/i;
/** What rules out that a long number near such a word is one: an account, an order, a case. */
const OTHER: RegExp =
  /(?:\border|\bcase|\bticket|\binvoice|\baccount|\bcard|\bid|\bnumber of|\bversion|\bserial|\btransaction)(?:\s{0,2}(?:no|nr|number|#|id))?[.:#]{0,2}\s{0,3}$/i;

/** A detector of phone numbers; kind `phone`, detail the country in small letters where the number names it. */
export function createPhoneDetector(options: { readonly country?: CountryCode } = {}): Detector {
  const country = options.country ?? 'US';
  return createTextDetector({
    id: 'phone',
    version: '1',
    kinds: ['phone'],
    effort: MOST_CHECKED,
    inspect: (text, report, effort) => findPhones(text, country, report, effort),
  });
}

/**
 * Phone numbers with the United States as the country of numbers without a country code.
 * Without a country code, a form of that country or a word beside it a number is not reported.
 */
export const phoneDetector: Detector = createPhoneDetector();

function findPhones(
  scanned: ScannedText,
  country: CountryCode,
  report: (recognised: Recognised) => void,
  effort: Effort,
): void {
  for (const candidate of candidatesOf(scanned)) {
    const judged = judge(scanned, candidate, country, effort);
    if (judged === undefined) continue;
    report({ kind: 'phone', severity: 'medium', start: candidate.start, end: candidate.end, ...judged });
  }
}

/** Checks that are left for this input. */
interface Effort {
  left: number;
}

type Judged = Pick<Recognised, 'detail' | 'confidence'>;

function judge(
  scanned: ScannedText,
  candidate: Candidate,
  country: CountryCode,
  effort: Effort,
): Judged | undefined {
  const isAnnounced = hasWord(scanned, candidate.start);
  const { number, groups } = candidate;
  if (/^\(?\+/.test(number) || (number.startsWith('00') && groups.length > 1)) {
    const checked = check(number.replace(/^\(?(?:\+|00)/, '+'), country, effort);
    if (checked !== 'invalid') return { confidence: 0.9, ...detailOf(checked) };
  }
  if (isAnnounced) return { confidence: 0.7 };
  if (!hasNationalForm(number)) return undefined;
  const checked = check(number, country, effort);
  return checked === 'invalid' ? undefined : { confidence: 0.7, ...detailOf(checked) };
}

/** Ten digits as North America writes them: `(212) 555-0100`, `212-555-0100`, `212.555.0100`, with or without a 1. */
function hasNationalForm(number: string): boolean {
  return /^(?:1[ .-])?(?:\([2-9]\d\d\) ?|[2-9]\d\d[-.])[2-9]\d\d[-.]\d{4}$/.test(number);
}

function hasWord({ text, name }: ScannedText, start: number): boolean {
  if (name !== undefined && name.length <= 64 && WORD.test(name)) return true;
  const before = text.slice(Math.max(0, start - REACH), start);
  return WORD.test(before) && !OTHER.test(before);
}

/** The country, `unknown` where no numbering plan was asked, `invalid` where it says no. */
function check(number: string, country: CountryCode, effort: Effort): string {
  if (effort.left <= 0) return 'unknown';
  effort.left -= 1;
  const parsed = parsePhoneNumberFromString(number, country);
  if (parsed === undefined || !parsed.isPossible()) return 'invalid';
  if (!parsed.isValid() && !number.startsWith('+')) return 'invalid';
  return parsed.country?.toLowerCase() ?? 'unknown';
}

function detailOf(country: string): { readonly detail?: string } {
  return country === 'unknown' ? {} : { detail: country };
}
