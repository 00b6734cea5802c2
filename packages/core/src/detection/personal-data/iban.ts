/** International bank account numbers: country length and ISO 7064 mod 97-10 check digits (ISO 13616). */
import type { Recognised, ScannedText } from '../text/index.ts';
import { ALPHANUMERIC, classOf, DIGIT, isClassAt, LOWER, UPPER } from '../survey/index.ts';

/** Lengths by country, IBAN registry release 99. */
const LENGTHS: Readonly<Record<string, number>> = Object.fromEntries(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ES24 FI18 FK18 FO18 FR27 GB22 GE22 ' +
    'GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 ' +
    'NI28 NL18 NO15 OM23 PK24 PL28 PS29 PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SN28 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

const LETTER: number = UPPER | LOWER;

/** Reports IBANs, either case, written together or in groups with one space or hyphen between. */
export function findIbans({ text, survey }: ScannedText, report: (recognised: Recognised) => void): void {
  if ((survey.classes & DIGIT) === 0) return;
  let reported = 0;
  // Two letters before two digits: looked for from the digits, because words are many.
  for (let index = 0; index < survey.digitRuns.length; index += 2) {
    const start = (survey.digitRuns[index] as number) - 2;
    if (start < reported || !isClassAt(text, start + 3, DIGIT)) continue;
    if (!isClassAt(text, start, LETTER) || !isClassAt(text, start + 1, LETTER)) continue;
    if (isClassAt(text, start - 1, ALPHANUMERIC)) continue;
    const country = text.slice(start, start + 2).toUpperCase();
    const length = Object.hasOwn(LENGTHS, country) ? LENGTHS[country] : undefined;
    if (length === undefined) continue;
    const end = readAccount(text, start, length);
    if (end === undefined) continue;
    reported = end;
    report({ kind: 'iban', detail: country.toLowerCase(), severity: 'high', confidence: 0.97, start, end });
  }
}

/** One past the account's last character, or `undefined` where its length or check digits are wrong. */
function readAccount(text: string, start: number, length: number): number | undefined {
  let compact = '';
  let at = start;
  while (compact.length < length) {
    if (isClassAt(text, at, ALPHANUMERIC)) {
      compact += text.charAt(at);
      at += 1;
    } else if (compact.length > 0 && isGap(text, at)) at += 1;
    else return undefined;
  }
  if (isClassAt(text, at, ALPHANUMERIC)) return undefined;
  return remainder97(compact.slice(4) + compact.slice(0, 4)) === 1 ? at : undefined;
}

function isGap(text: string, at: number): boolean {
  return (text[at] === ' ' || text[at] === '-') && isClassAt(text, at + 1, ALPHANUMERIC);
}

/** The number that `text` spells (letters as 10 to 35) modulo 97. */
function remainder97(text: string): number {
  let remainder = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if ((classOf(unit) & DIGIT) !== 0) remainder = (remainder * 10 + unit - 0x30) % 97;
    else remainder = (remainder * 100 + (unit & 0x1f) + 9) % 97;
  }
  return remainder;
}
