/** Secrets that are known by their name: `password=…`, `"apiKey": "…"`, `Authorization: Bearer …`, and property values. */
import type { Recognised, ScannedText } from '../text/index.ts';
import { COLON, classOf, DOT, endOfRun, EQUALS, HYPHEN, SPACE, startOfRun, WORD } from '../survey/index.ts';
import { type NameStrength, strengthOf } from './secret-names.ts';
import { looksSecret } from './secret-values.ts';

type Report = (recognised: Recognised) => void;

const NAME: number = WORD | DOT | HYPHEN;
const MAX_NAME_LENGTH = 64;
const MAX_VALUE_LENGTH = 256;
/** Values shorter than this are never secrets; checked before the name, because it is cheap. */
const LEAST_VALUE_LENGTH = 6;

/** `Bearer `, `Basic `, `Api-Token ` before the credential of a header. */
const AUTH_SCHEME: RegExp = /(?:Bearer|Basic|Token|Digest|Api-?Key|Api-Token|GitHub|Key)[ \t]{1,4}/iy;
/** An unquoted value: up to white space, a quote or what ends an argument. */
const BARE_VALUE: RegExp = /[^\s"'`,;&<>(){}[\]|]{6,256}/y;
const QUOTED_VALUES: Readonly<Record<string, RegExp>> = {
  '"': /[^"\n\r\\]{6,256}(?=["\\])/y,
  "'": /[^'\n\r\\]{6,256}(?=['\\])/y,
  '`': /[^`\n\r\\]{6,256}(?=[`\\])/y,
};

/** Reports values whose name in the text says that they are secret. */
export function findAssignments(scanned: ScannedText, report: Report): void {
  const { text, survey } = scanned;
  if ((survey.classes & EQUALS) !== 0) findAfter('=', text, report);
  if ((survey.classes & COLON) !== 0) findAfter(':', text, report);
}

/** Reports the text itself where it is the value of a property with such a name. */
export function findNamedValue(scanned: ScannedText, report: Report): void {
  const { text, name } = scanned;
  if (name === undefined || text.length < LEAST_VALUE_LENGTH || text.length > MAX_VALUE_LENGTH) return;
  const strength = strengthOf(name);
  if (strength === undefined) return;
  AUTH_SCHEME.lastIndex = 0;
  const start = AUTH_SCHEME.exec(text)?.[0].length ?? 0;
  if (looksSecret(text.slice(start), strength, true)) reportValue(strength, start, text.length, report);
}

function findAfter(operator: string, text: string, report: Report): void {
  for (let at = text.indexOf(operator); at !== -1; at = text.indexOf(operator, at + 1)) {
    const value = startOfValue(text, at + 1);
    if (value === undefined) continue;
    const name = nameBefore(text, at);
    if (name === undefined) continue;
    const strength = strengthOf(name);
    if (strength === undefined) continue;
    reportValueAt(text, value, strength, report);
  }
}

/** Where the value after an operator begins, opening quote included; `undefined` where none can follow. */
function startOfValue(text: string, after: number): number | undefined {
  let at = after;
  // `=>`, `==`, `:=` and a quote that a shell needs around an argument.
  while (at < after + 2 && (text[at] === '=' || text[at] === '>')) at += 1;
  at = endOfRun(text, at, SPACE, Math.min(text.length, at + 8));
  if (at + LEAST_VALUE_LENGTH > text.length) return undefined;
  const unit = text.charCodeAt(at);
  // `://` and `::` are no assignments.
  if (unit === 0x2f || unit === 0x3a || unit === 0x0a || unit === 0x0d) return undefined;
  return at;
}

function nameBefore(text: string, operator: number): string | undefined {
  let end = operator;
  const limit = Math.max(0, operator - 8);
  while (end > limit && isBetweenNameAndOperator(text.charCodeAt(end - 1))) end -= 1;
  const start = startOfRun(text, end, NAME, Math.max(0, end - MAX_NAME_LENGTH));
  return end - start < 3 ? undefined : text.slice(start, end);
}

/** White space, the quote or bracket that closes a name, and the rest of `:=`, `||=`, `?:`. */
function isBetweenNameAndOperator(unit: number): boolean {
  switch (unit) {
    case 0x20: // space
    case 0x09: // tab
    case 0x22: // "
    case 0x27: // '
    case 0x60: // `
    case 0x5d: // ]
    case 0x3a: // :
    case 0x3d: // =
    case 0x3f: // ?
    case 0x5c: // \ (a quote in JSON in JSON)
      return true;
    default:
      return false;
  }
}

function reportValueAt(text: string, at: number, strength: NameStrength, report: Report): void {
  const escapedQuote = text[at] === '\\' && QUOTED_VALUES[text[at + 1] ?? ''] !== undefined;
  const open = escapedQuote ? at + 1 : at;
  const quotedValue = QUOTED_VALUES[text[open] ?? ''];
  let start = quotedValue === undefined ? open : open + 1;
  AUTH_SCHEME.lastIndex = start;
  start += AUTH_SCHEME.exec(text)?.[0].length ?? 0;
  const pattern = quotedValue ?? BARE_VALUE;
  pattern.lastIndex = start;
  const match = pattern.exec(text);
  if (match === null) return;
  const value = match[0];
  if (quotedValue === undefined && isCode(text, start, start + value.length)) return;
  if (looksSecret(value, strength, quotedValue !== undefined)) {
    reportValue(strength, start, start + value.length, report);
  }
}

/** An unquoted value that goes on as a call or an index is an expression. */
function isCode(text: string, start: number, end: number): boolean {
  const next = text[end];
  return (
    next === '(' ||
    next === '[' ||
    next === '{' ||
    (classOf(text.charCodeAt(start)) === 0 && text[start] !== '!')
  );
}

function reportValue(strength: NameStrength, start: number, end: number, report: Report): void {
  report({
    kind: 'secret',
    detail: strength === 'password' ? 'password' : 'named-secret',
    severity: 'high',
    confidence: strength === 'key' ? 0.6 : 0.75,
    start,
    end,
  });
}
