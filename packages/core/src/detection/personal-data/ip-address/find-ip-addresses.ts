/** IP addresses: public ones as personal data, those of no person (private, loopback, documentation) for information only. */
import type { Severity } from '../../../model/index.ts';
import type { Recognised, ScannedText } from '../../text/index.ts';
import {
  ALPHANUMERIC,
  COLON,
  classOf,
  DIGIT,
  DOT,
  endOfRun,
  HYPHEN,
  isClassAt,
  LOWER,
  startOfRun,
  UPPER,
  WORD,
} from '../../survey/index.ts';
import type { Keywords } from '../keywords.ts';
import { type AddressScope, scopeOfIpv4, scopeOfIpv6 } from './ip-scope.ts';

type Report = (recognised: Recognised) => void;

/** Longest IPv6 text, with an IPv4 address at its end. */
const MAX_IPV6_LENGTH = 45;

/** Reports IPv4 addresses (dotted decimal) and IPv6 addresses (RFC 4291 §2.2). Numbers of versions are not addresses. */
export function findIpAddresses(scanned: ScannedText, keywords: Keywords, report: Report): void {
  const { classes } = scanned.survey;
  if ((classes & DIGIT) === 0) return;
  if ((classes & DOT) !== 0) findIpv4(scanned, keywords, report);
  if ((classes & COLON) !== 0) findIpv6(scanned.text, report);
}

function findIpv4({ text, survey }: ScannedText, keywords: Keywords, report: Report): void {
  const runs = survey.digitRuns;
  for (let index = 0; index + 7 < runs.length; index += 2) {
    const start = runs[index] as number;
    const end = runs[index + 7] as number;
    if (end - start > 15 || text[runs[index + 1] as number] !== '.') continue;
    const octets = text.slice(start, end).split('.');
    if (octets.length !== 4 || !octets.every(isOctet)) continue;
    if (isPartOfMore(text, start, end) || isVersion(text, start, keywords)) continue;
    reportAddress('ipv4', scopeOfIpv4(octets.map(Number)), start, endOfPrefix(text, end), report);
  }
}

function isOctet(text: string): boolean {
  return text.length > 0 && text.length <= 3 && Number(text) <= 255 && (text.length === 1 || text[0] !== '0');
}

/** Longer dotted numbers, names with an address in them, and the end of an IPv6 address. */
function isPartOfMore(text: string, start: number, end: number): boolean {
  if (isClassAt(text, start - 1, WORD | DOT | HYPHEN)) return true;
  if (text[start - 1] === ':' && isEndOfIpv6(text, start)) return true;
  return (
    isClassAt(text, end, WORD) ||
    (isClassAt(text, end, DOT | HYPHEN) && isClassAt(text, end + 1, ALPHANUMERIC))
  );
}

/** `::ffff:` before `10.0.0.1`: two colons at least. */
function isEndOfIpv6(text: string, start: number): boolean {
  const before = startOfRun(text, start, ALPHANUMERIC | COLON, Math.max(0, start - MAX_IPV6_LENGTH));
  return text.slice(before, start - 1).includes(':');
}

/** `v1.2.3.4`, `Chrome/120.0.0.0`, `version 1.2.3.4`, `package@1.2.3.4`, `package==1.2.3.4`. */
function isVersion(text: string, start: number, keywords: Keywords): boolean {
  const before = text[start - 1];
  if (before === '/' && isClassAt(text, start - 2, UPPER | LOWER)) return true;
  if (before === '@' && isClassAt(text, start - 2, ALPHANUMERIC))
    return !text.slice(Math.max(0, start - 64), start).includes('://');
  if ((before === '=' || before === '^' || before === '~') && !isClassAt(text, start - 2, ALPHANUMERIC))
    return true;
  return keywords.near('version', start);
}

function findIpv6(text: string, report: Report): void {
  let from = 0;
  for (let at = text.indexOf(':'); at !== -1; at = text.indexOf(':', from)) {
    from = at + 1;
    const start = startOfHex(text, at);
    const end = endOfAddress(text, start);
    from = Math.max(from, end);
    // A sentence's full stop or colon behind the address.
    let stop = end;
    while (stop > start && text[stop - 1] === '.') stop -= 1;
    if (text[stop - 1] === ':' && text[stop - 2] !== ':') stop -= 1;
    if (stop - start < 3 || stop - start > MAX_IPV6_LENGTH) continue;
    if (isClassAt(text, start - 1, WORD | COLON | DOT) || isClassAt(text, stop, WORD | COLON)) continue;
    const groups = parseIpv6(text.slice(start, stop));
    if (groups !== undefined)
      reportAddress('ipv6', scopeOfIpv6(groups), start, endOfPrefix(text, stop), report);
  }
}

/** One past the length of a network prefix, `/24`, where there is one. */
function endOfPrefix(text: string, end: number): number {
  if (text[end] !== '/') return end;
  const stop = endOfRun(text, end + 1, DIGIT, Math.min(text.length, end + 5));
  return stop > end + 1 && stop <= end + 4 && !isClassAt(text, stop, WORD) ? stop : end;
}

function startOfHex(text: string, colon: number): number {
  const start = startOfRun(text, colon, ALPHANUMERIC, Math.max(0, colon - 5));
  return start;
}

function endOfAddress(text: string, start: number): number {
  return endOfRun(
    text,
    start,
    ALPHANUMERIC | COLON | DOT,
    Math.min(text.length, start + MAX_IPV6_LENGTH + 3),
  );
}

/** The eight groups of an address, or `undefined`. `::` alone and words that happen to be hexadecimal (`a::b`) are not addresses. */
export function parseIpv6(address: string): readonly number[] | undefined {
  const halves = address.split('::');
  if (halves.length > 2) return undefined;
  const head = parseGroups(halves[0] ?? '', halves.length === 1);
  const tail = halves.length === 1 ? [] : parseGroups(halves[1] ?? '', true);
  if (head === undefined || tail === undefined) return undefined;
  const count = head.length + tail.length;
  if (halves.length === 1) return count === 8 ? head : undefined;
  if (count === 0 || count > 7 || !hasDigit(address)) return undefined;
  return [...head, ...Array.from({ length: 8 - count }, () => 0), ...tail];
}

function parseGroups(text: string, mayEndInIpv4: boolean): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (mayEndInIpv4 && index === parts.length - 1 && part.includes('.')) {
      const octets = part.split('.');
      if (octets.length !== 4 || !octets.every(isOctet)) return undefined;
      const [first, second, third, fourth] = octets.map(Number) as [number, number, number, number];
      groups.push(first * 256 + second, third * 256 + fourth);
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
    else return undefined;
  }
  return groups;
}

function hasDigit(text: string): boolean {
  for (let at = 0; at < text.length; at += 1) if ((classOf(text.charCodeAt(at)) & DIGIT) !== 0) return true;
  return false;
}

function reportAddress(
  version: 'ipv4' | 'ipv6',
  scope: AddressScope,
  start: number,
  end: number,
  report: Report,
): void {
  const severity: Severity = scope === 'public' ? 'low' : 'info';
  const detail = scope === 'public' ? version : `${version}-${scope}`;
  report({ kind: 'ip-address', detail, severity, confidence: 0.8, start, end });
}
