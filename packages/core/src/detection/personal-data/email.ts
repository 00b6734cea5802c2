/** E-mail addresses (the part of RFC 5322 that is in use). */
import type { Recognised, ScannedText } from '../text/index.ts';
import {
  ALPHANUMERIC,
  AT,
  classOf,
  DIGIT,
  DOT,
  endOfRun,
  HYPHEN,
  isClassAt,
  PERCENT,
  PLUS,
  startOfRun,
  WORD,
} from '../survey/index.ts';

const LOCAL: number = WORD | DOT | HYPHEN | PLUS | PERCENT;
const DOMAIN: number = ALPHANUMERIC | DOT | HYPHEN;
/** RFC 5321 §4.5.3.1. */
const MAX_LOCAL_LENGTH = 64;
const MAX_DOMAIN_LENGTH = 253;
/** How far back a URL's `://` is looked for before what could be its user information. */
const MAX_USER_INFO_LENGTH = 80;

/** Ends of file names that look like domains: `logo@2x.png`. */
const FILE_ENDINGS: ReadonlySet<string> = new Set(
  'png jpg jpeg gif svg webp ico css scss less js mjs cjs ts tsx jsx json yaml yml md txt html py rb go java class'.split(
    ' ',
  ),
);

/** Reports e-mail addresses. Addresses with quoted local parts or letters beyond ASCII are not found. */
export function findEmails({ text, survey }: ScannedText, report: (recognised: Recognised) => void): void {
  if ((survey.classes & AT) === 0) return;
  for (let at = text.indexOf('@'); at !== -1; at = text.indexOf('@', at + 1)) {
    const start = startOfLocal(text, at);
    if (start === at) continue;
    const end = endOfDomain(text, at + 1);
    if (end === undefined || isUserInfo(text, start, at, end)) continue;
    report({ kind: 'email', severity: 'low', confidence: 0.95, start, end });
  }
}

function startOfLocal(text: string, at: number): number {
  if (text[at - 1] === '.') return at;
  let start = startOfRun(text, at, LOCAL, Math.max(0, at - MAX_LOCAL_LENGTH));
  while (start < at && isClassAt(text, start, DOT | HYPHEN | PERCENT | PLUS)) start += 1;
  return start;
}

/** One past the domain's last label, which is a top-level domain; `undefined` where it has none. */
function endOfDomain(text: string, from: number): number | undefined {
  let end = endOfRun(text, from, DOMAIN, Math.min(text.length, from + MAX_DOMAIN_LENGTH));
  while (end > from && isClassAt(text, end - 1, DOT | HYPHEN)) end -= 1;
  const dot = text.lastIndexOf('.', end - 1);
  if (dot <= from || end - dot < 3) return undefined;
  const top = text.slice(dot + 1, end).toLowerCase();
  if (FILE_ENDINGS.has(top)) return undefined;
  if (!top.startsWith('xn--')) {
    for (let at = 0; at < top.length; at += 1) {
      if ((classOf(top.charCodeAt(at)) & (DIGIT | HYPHEN)) !== 0) return undefined;
    }
  }
  return end;
}

/** `scheme://user@host`, `scheme://user:password@host` and `git@host:path` name accounts of machines. */
function isUserInfo(text: string, start: number, at: number, end: number): boolean {
  if (text[end] === ':' && text.slice(start, at) === 'git') return true;
  const before = text[start - 1];
  if (before !== ':' && before !== '/') return false;
  const context = text.slice(Math.max(0, start - MAX_USER_INFO_LENGTH), start);
  const scheme = context.lastIndexOf('://');
  return scheme !== -1 && !/[\s/]/.test(context.slice(scheme + 3));
}
