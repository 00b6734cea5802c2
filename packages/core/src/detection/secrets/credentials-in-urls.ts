/** Passwords in URLs and connection strings (`scheme://user:password@host`). */
import type { Recognised, ScannedText } from '../text/index.ts';
import { ALPHANUMERIC, COLON, DOT, HYPHEN, PLUS, SLASH, startOfRun } from '../survey/index.ts';
import { distinctCharacters, isStandIn } from './randomness.ts';

const SCHEME: number = ALPHANUMERIC | PLUS | DOT | HYPHEN;
const MAX_SCHEME_LENGTH = 24;
/** The user information of a URL; bounded, and without what ends an authority. */
const AUTHORITY: RegExp =
  /([^\s:/?#"'<>`@]{0,128}):([^\s/?#"'<>`@]{1,256}(?:@[^\s/?#"'<>`@:.]{1,64})?)@[^\s/?#"'<>`@]/y;
/** Passwords that documentation uses. */
const DOCUMENTED: ReadonlySet<string> = new Set([
  'pass',
  'root',
  'admin',
  'test',
  'password',
  'passwd',
  'pwd',
  'changeme',
  'secret',
  'mypassword',
  'your_password',
]);

/** Reports URLs that carry a password; the span is user and password, so that the host stays readable. */
export function findCredentialsInUrls(
  { text, survey }: ScannedText,
  report: (recognised: Recognised) => void,
): void {
  if ((survey.classes & COLON) === 0 || (survey.classes & SLASH) === 0) return;
  for (let at = text.indexOf('://'); at !== -1; at = text.indexOf('://', at + 3)) {
    const start = at + 3;
    AUTHORITY.lastIndex = start;
    const match = AUTHORITY.exec(text);
    if (match === null) continue;
    const user = match[1] ?? '';
    const password = match[2] ?? '';
    if (isStandIn(password) || password === user || distinctCharacters(password) < 2) continue;
    const scheme = text
      .slice(startOfRun(text, at, SCHEME, Math.max(0, at - MAX_SCHEME_LENGTH)), at)
      .toLowerCase();
    const detail = scheme.startsWith('http') || scheme === 'ftp' ? 'basic-auth-url' : 'connection-string';
    if (detail === 'connection-string' && DOCUMENTED.has(password.toLowerCase())) continue;
    report({
      kind: 'secret',
      detail,
      severity: 'high',
      confidence: 0.85,
      start,
      end: start + match[0].length - 2,
    });
  }
}
