/** Numbers of passports, driving licences, identity cards and national registers, mostly only beside a word that names them. */
import type { Recognised, ScannedText } from '../../text/index.ts';
import { ALPHANUMERIC, DIGIT, endOfRun, isClassAt, LOWER, startOfRun, UPPER } from '../../survey/index.ts';
import type { Keywords, Topic } from '../keywords.ts';
import { hasGermanTaxDigit, hasMachineReadableDigit } from './check-digits.ts';

const LETTER: number = UPPER | LOWER;

type Report = (recognised: Recognised) => void;

/** One shape of a number. */
interface DocumentShape {
  readonly kind: 'passport' | 'driving-licence' | 'national-id';
  readonly detail: string;
  /** The word that must stand near. */
  readonly topic: Topic;
  /** The whole number, upper case, without spaces and hyphens. */
  readonly shape: RegExp;
  readonly isValid?: (number: string) => boolean;
}

const SHAPES: readonly DocumentShape[] = [
  {
    kind: 'passport',
    detail: 'de',
    topic: 'passport',
    shape: /^[CFGHJK][CFGHJKLMNPRTVWXYZ0-9]{8}\d?$/,
    isValid: hasValidDigitIfTen,
  },
  { kind: 'passport', detail: 'us', topic: 'passport', shape: /^[A-Z]\d{8}$/ },
  { kind: 'passport', detail: 'us-or-uk', topic: 'passport', shape: /^\d{9}$/ },
  {
    kind: 'passport',
    detail: 'other',
    topic: 'passport',
    shape: /^(?:[A-Z]\d{7}|[A-Z]{2}\d{6,7}|\d{2}[A-Z]{2}\d{5})$/,
  },
  {
    kind: 'driving-licence',
    detail: 'uk',
    topic: 'driving-licence',
    shape: /^[A-Z9]{5}\d{6}[A-Z9]{2}[A-Z0-9]{3}$/,
  },
  { kind: 'driving-licence', detail: 'de', topic: 'driving-licence', shape: /^[A-Z]\d[A-Z0-9]{8}[0-9X]$/ },
  {
    kind: 'driving-licence',
    detail: 'us',
    topic: 'driving-licence',
    shape:
      /^(?:[A-Z]\d{6,14}|[A-Z]{2}\d{6,7}|\d{7,10}|[A-Z]{3}\d{6}|\d{2}[A-Z]{3}\d{5}|[A-Z]\d{2,3}[A-Z0-9]{3}\d{6})$/,
  },
  {
    kind: 'national-id',
    detail: 'de-tax-id',
    topic: 'tax-id',
    shape: /^[1-9]\d{10}$/,
    isValid: hasGermanTaxDigit,
  },
  {
    kind: 'national-id',
    detail: 'de-id-card',
    topic: 'id-card',
    shape: /^[CFGHJKLMNPRTVWXYZ0-9]{9}\d?$/,
    isValid: hasValidDigitIfTen,
  },
];

/** Longest number looked at, separators included. */
const MAX_NUMBER_LENGTH = 24;

/** United Kingdom licence: surname, birth date (month plus 50 for women), initials. Its date makes it stand by itself. */
const UK_LICENCE: RegExp =
  /[A-Z9]{5}\d(?:0[1-9]|1[0-2]|5[1-9]|6[0-2])(?:0[1-9]|[12]\d|3[01])\d[A-Z9]{2}[A-Z0-9]\d?[A-Z]{2}(?![A-Za-z0-9])/iy;
/** National Insurance number (HMRC NIM39110): letters that are never used are left out. */
const NINO: RegExp =
  /(?!BG|GB|NK|KN|TN|NT|ZZ)[A-CEGHJ-PR-TW-Z][A-CEGHJ-NPR-TW-Z] ?\d\d ?\d\d ?\d\d ?[A-D](?![A-Za-z0-9])/iy;

/** Reports numbers of identity documents. */
export function findIdentityDocuments(scanned: ScannedText, keywords: Keywords, report: Report): void {
  if ((scanned.survey.classes & DIGIT) === 0) return;
  findSelfEvident(scanned, keywords, report);
  for (const topic of TOPICS) {
    for (const stretch of keywords.stretches(topic)) findNumbers(scanned.text, topic, stretch, report);
  }
}

const TOPICS: readonly Topic[] = ['passport', 'driving-licence', 'tax-id', 'id-card'];

/** Shapes that say enough by themselves; looked for from their digits, because words are many. */
function findSelfEvident({ text, survey }: ScannedText, keywords: Keywords, report: Report): void {
  const runs = survey.digitRuns;
  let reported = 0;
  for (let index = 0; index < runs.length; index += 2) {
    const digits = runs[index] as number;
    const length = (runs[index + 1] as number) - digits;
    if (digits < reported) continue;
    if (length >= 6 && length <= 10) {
      const start = startOfRun(text, digits, LETTER, Math.max(0, digits - 5));
      if (!isClassAt(text, start - 1, ALPHANUMERIC) && matches(UK_LICENCE, text, start)) {
        reported = UK_LICENCE.lastIndex;
        report({
          kind: 'driving-licence',
          detail: 'uk',
          severity: 'high',
          confidence: 0.85,
          start,
          end: reported,
        });
        continue;
      }
    }
    if (length !== 2 && length !== 6) continue;
    const start = digits - (text[digits - 1] === ' ' ? 3 : 2);
    if (start < 0 || isClassAt(text, start - 1, ALPHANUMERIC) || !matches(NINO, text, start)) continue;
    reported = NINO.lastIndex;
    const confidence = keywords.near('nino', start) ? 0.95 : 0.7;
    report({ kind: 'national-id', detail: 'uk-nino', severity: 'high', confidence, start, end: reported });
  }
}

function matches(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}

function findNumbers(
  text: string,
  topic: Topic,
  stretch: { readonly start: number; readonly end: number },
  report: Report,
): void {
  let at = stretch.start;
  // A number cut by the stretch's start belongs to what stands before.
  if (isClassAt(text, at - 1, ALPHANUMERIC)) at = endOfRun(text, at, ALPHANUMERIC);
  while (at < stretch.end) {
    const end = endOfRun(text, at, ALPHANUMERIC, at + MAX_NUMBER_LENGTH);
    if (end === at) {
      at += 1;
      continue;
    }
    at = reportNumber(text, topic, at, end, report);
  }
}

/** Reports the number at `start`, with hyphenated groups joined if that makes it one; returns where to go on. */
function reportNumber(text: string, topic: Topic, start: number, end: number, report: Report): number {
  let stop = end;
  let number = text.slice(start, end);
  for (;;) {
    const shape = shapeOf(number.toUpperCase(), topic);
    const goesOn = isClassAt(text, stop, ALPHANUMERIC);
    if (shape !== undefined && !goesOn && !(text[stop] === '-' && isClassAt(text, stop + 1, DIGIT))) {
      report({ kind: shape.kind, detail: shape.detail, severity: 'high', confidence: 0.7, start, end: stop });
      return stop;
    }
    const isJoined = (text[stop] === '-' || text[stop] === ' ') && isClassAt(text, stop + 1, DIGIT);
    if (goesOn || !isJoined || stop - start > MAX_NUMBER_LENGTH)
      return Math.max(end, endOfRun(text, end, ALPHANUMERIC));
    const next = endOfRun(text, stop + 1, ALPHANUMERIC, stop + 1 + MAX_NUMBER_LENGTH);
    number += text.slice(stop + 1, next);
    stop = next;
  }
}

function shapeOf(number: string, topic: Topic): DocumentShape | undefined {
  if (number.length < 7 || !/\d{2}/.test(number)) return undefined;
  return SHAPES.find(
    (each) =>
      each.topic === topic && each.shape.test(number) && (each.isValid === undefined || each.isValid(number)),
  );
}

function hasValidDigitIfTen(number: string): boolean {
  return number.length < 10 || hasMachineReadableDigit(number);
}
