/** Paths that climb out of where they start, after decoding. */
import type { Recognised, ScannedText } from '../text/index.ts';
import { BACKSLASH, DOT, isClassAt, LINE_BREAK, SLASH, WORD } from '../survey/index.ts';

type Report = (recognised: Recognised) => void;

const SEPARATOR: number = SLASH | BACKSLASH;
/** Files that nobody reaches by accident. */
const SENSITIVE: RegExp =
  /(?:etc[/\\](?:passwd|shadow|sudoers)|proc[/\\]self[/\\]|\.ssh[/\\]|windows[/\\]system32|win\.ini|boot\.ini|\.aws[/\\]credentials)/i;

/**
 * Reports paths with `../` or `..\\` that climb above their own start: always when they are the whole text, were encoded or lead to a sensitive file;
 * an absolute path that is the whole text has no use for `..` at all; inside a sentence or command when they climb at least twice; inside a document, where relative links and imports are at home, not otherwise.
 *
 * `./`, `a/../b` and an ellipsis stay inside. Whether a path leaves a certain folder is for the policy to say.
 */
export function findPathTraversal(scanned: ScannedText, report: Report): void {
  const { text, survey } = scanned;
  if ((survey.classes & DOT) === 0 || (survey.classes & SEPARATOR) === 0) return;
  let from = 0;
  for (let at = nextClimb(text, 0); at !== -1; at = nextClimb(text, from)) {
    const start = startOfPath(text, at, from);
    const { end, lowest, climbs } = depthOf(text, start);
    from = Math.max(at + 3, end);
    const isWholeAbsolute = start === 0 && end === text.length && isClassAt(text, 0, SEPARATOR);
    const isSensitive = SENSITIVE.test(text.slice(start, end));
    if (lowest >= 0 && !isWholeAbsolute && !isSensitive) continue;
    const isEncoded = scanned.isDecoded(at, at + 3);
    const isGrave = isEncoded || isSensitive;
    if (!isGrave && climbs < climbsThatTell(scanned, start, end)) continue;
    report({
      kind: 'path-traversal',
      ...(isEncoded ? { detail: 'encoded' } : {}),
      severity: isGrave ? 'high' : climbs > 1 ? 'medium' : 'low',
      confidence: isGrave ? 0.95 : climbs > 1 ? 0.8 : 0.5,
      start,
      end,
    });
  }
}

/** How often a plain path must climb to be told from an ordinary relative one. */
function climbsThatTell({ text, survey }: ScannedText, start: number, end: number): number {
  if (start === 0 && end === text.length) return 1;
  return (survey.classes & LINE_BREAK) === 0 ? 2 : Number.POSITIVE_INFINITY;
}

/** The next `..` with a separator behind it and nothing of a name before it. */
function nextClimb(text: string, from: number): number {
  for (let at = text.indexOf('..', from); at !== -1; at = text.indexOf('..', at + 1)) {
    if (isClassAt(text, at + 2, SEPARATOR) && !isClassAt(text, at - 1, WORD | DOT)) return at;
  }
  return -1;
}

function startOfPath(text: string, at: number, limit: number): number {
  let start = at;
  while (start > limit && isPathCharacter(text.charCodeAt(start - 1))) start -= 1;
  return start;
}

/** Walks a path's steps: how deep below its start it goes at the lowest, negative when it climbs out. */
function depthOf(text: string, start: number): { end: number; lowest: number; climbs: number } {
  let depth = 0;
  let lowest = 0;
  let climbs = 0;
  let at = start;
  while (at < text.length && isPathCharacter(text.charCodeAt(at))) {
    const stepStart = at;
    while (at < text.length && isPathCharacter(text.charCodeAt(at)) && !isClassAt(text, at, SEPARATOR))
      at += 1;
    const length = at - stepStart;
    if (length === 2 && text.startsWith('..', stepStart)) {
      depth -= 1;
      climbs += 1;
      lowest = Math.min(lowest, depth);
    } else if (length > 0 && !(length === 1 && text[stepStart] === '.')) depth += 1;
    while (isClassAt(text, at, SEPARATOR)) at += 1;
  }
  return { end: at, lowest, climbs };
}

/** What a path goes on with: not white space, quotes, or what separates arguments. */
function isPathCharacter(unit: number): boolean {
  switch (unit) {
    case 0x22: // "
    case 0x27: // '
    case 0x60: // `
    case 0x2c: // ,
    case 0x3b: // ;
    case 0x28: // (
    case 0x29: // )
    case 0x3c: // <
    case 0x3e: // >
    case 0x7c: // |
      return false;
    default:
      return unit > 0x20;
  }
}
