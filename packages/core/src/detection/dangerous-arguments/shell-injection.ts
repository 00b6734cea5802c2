/** Commands smuggled into an argument: a separator, a substitution or a redirection with a command behind it. */
import type { Recognised, ScannedText } from '../text/index.ts';
import { type MatchMeaning, reportMatches } from './report-matches.ts';
import {
  ALPHANUMERIC,
  AMPERSAND,
  ANGLE,
  BACKTICK,
  DOLLAR,
  DOT,
  endOfRun,
  HYPHEN,
  isClassAt,
  PIPE,
  SEMICOLON,
  SLASH,
  SPACE,
  WordIndex,
  WORD,
} from '../survey/index.ts';
import { PLAIN_COMMANDS, TELLING_COMMANDS } from './commands.ts';

type Report = (recognised: Recognised) => void;

const TRIGGERS: number = SEMICOLON | PIPE | AMPERSAND | DOLLAR | BACKTICK;
const OPERATOR: RegExp = /[;|&$`]/g;
const COMMAND: number = WORD | HYPHEN | DOT | SLASH;
const MAX_COMMAND_LENGTH = 64;

/** What only a command has behind it: an option, a path, a variable, a quoted word, a URL or a number. */
const ARGUMENT: RegExp =
  /[ \t]{1,4}(?:-{1,2}[A-Za-z]|[/~.$*]|["'][^"'\n]{1,64}["']|https?:|\d|[\w-]{1,64}[./][\w/])/y;
/** What may stand behind a command without arguments: the end, or the next operator. */
const NOTHING: RegExp = /[ \t]{0,4}(?:$|[\n;|&)>])/y;
/** A redirection into a place that matters, or a socket. */
const REDIRECTION: RegExp =
  />{1,2} {0,2}(?:\/(?:etc|dev\/tcp|dev\/udp|root|bin|usr|boot|proc|sys)\/|~\/\.|\$HOME\/\.)/g;
/** Whole commands that destroy, wherever they stand. */
const DESTRUCTIVE: RegExp =
  /\brm {1,4}-{1,2}(?:rf|fr|r {1,4}-f|f {1,4}-r|recursive)\b|:\(\) {0,2}\{ {0,2}:\|:|\bmkfs\.|\bdd {1,4}if=\/dev\/|\/dev\/tcp\/|\bnc {1,4}-[a-z]{0,4}e\b|\|{1} {0,3}(?:ba|z|k|da)?sh\b(?![\w-])/g;

const REDIRECTED: MatchMeaning = {
  kind: 'shell-injection',
  detail: 'redirection',
  severity: 'high',
  confidence: 0.85,
};
const DESTROYED: MatchMeaning = { ...REDIRECTED, detail: 'destructive-command' };

/** Words that begin what `DESTRUCTIVE` matches, apart from what a pipe or `/dev/` tells; looked for first, because that is quicker. */
const DESTRUCTIVE_WORDS: WordIndex<true> = new WordIndex(
  ['rm ', 'nc ', 'dd ', 'mkfs.'].map((text) => ({ text, ignoreCase: false, meaning: true })),
);

/** Reports shapes of command injection. An ampersand or a semicolon with prose behind it is none. */
export function findShellInjection({ text, survey }: ScannedText, report: Report): void {
  const { classes } = survey;
  if ((classes & TRIGGERS) !== 0) findOperators(text, report);
  if ((classes & ANGLE) !== 0 && (classes & SLASH) !== 0)
    reportMatches(REDIRECTION, text, REDIRECTED, report);
  if (
    (classes & PIPE) !== 0 ||
    ((classes & SLASH) !== 0 && text.includes('/dev/')) ||
    DESTRUCTIVE_WORDS.find(text, survey).length > 0
  )
    reportMatches(DESTRUCTIVE, text, DESTROYED, report);
}

function findOperators(text: string, report: Report): void {
  let backticks = 0;
  for (let at = nextOperator(text, 0); at !== -1; at = nextOperator(text, at + 1)) {
    if (text[at] === '`') backticks += 1;
    // Every second backtick closes what the one before opened.
    if (text[at] === '`' && backticks % 2 === 0) continue;
    const after = afterOperator(text, at);
    if (after === undefined) continue;
    const command = endOfRun(text, after, SPACE, Math.min(text.length, after + 4));
    const end = endOfRun(text, command, COMMAND, Math.min(text.length, command + MAX_COMMAND_LENGTH));
    if (end > command && isCommand(text, command, end)) {
      report({
        kind: 'shell-injection',
        detail: text[at] === '$' || text[at] === '`' ? 'command-substitution' : 'command-separator',
        severity: 'high',
        confidence: 0.8,
        start: at,
        end,
      });
      at = end - 1;
    } else at = Math.max(at, after - 1);
  }
}

function nextOperator(text: string, from: number): number {
  OPERATOR.lastIndex = from;
  return OPERATOR.test(text) ? OPERATOR.lastIndex - 1 : -1;
}

/** Where a command may begin behind the operator at `at`; `undefined` where the character is no operator. */
function afterOperator(text: string, at: number): number | undefined {
  switch (text.charAt(at)) {
    case '$':
      return text[at + 1] === '(' ? at + 2 : undefined;
    case '`':
      // In prose a backtick opens a quotation after a space; a substitution is glued to what it completes.
      return isClassAt(text, at - 1, WORD | SLASH | DOLLAR) || text[at - 1] === '=' ? at + 1 : undefined;
    case '&':
      // `&amp;` and `?a=1&id=2` are no operators.
      if (text[at + 1] === '&') return at + 2;
      return isClassAt(text, at + 1, SPACE) && isClassAt(text, at - 1, SPACE) ? at + 1 : undefined;
    case '|':
      if (isTableRow(text, at)) return undefined;
      return text[at + 1] === '|' ? at + 2 : at + 1;
    default:
      return at + 1;
  }
}

/** How far back the start of a line is looked for. */
const LINE_REACH = 256;

/** Whether the line that holds `at` begins with a bar, as a row of a Markdown table does. */
function isTableRow(text: string, at: number): boolean {
  const before = text.slice(Math.max(0, at - LINE_REACH), at + 1);
  return before
    .slice(before.lastIndexOf('\n') + 1)
    .trimStart()
    .startsWith('|');
}

function isCommand(text: string, start: number, end: number): boolean {
  const path = text.slice(start, end);
  const name = path.slice(path.lastIndexOf('/') + 1);
  if (TELLING_COMMANDS.has(name) || TELLING_COMMANDS.has(name.toLowerCase()))
    return !isClassAt(text, end, ALPHANUMERIC) && text[end] !== '(' && text[end] !== '=';
  if (!PLAIN_COMMANDS.has(name)) return false;
  // A closing backtick ends a substitution that has no arguments.
  if (text[start - 1] === '`' && text[end] === '`') return true;
  return standsBefore(ARGUMENT, text, end) || standsBefore(NOTHING, text, end);
}

function standsBefore(pattern: RegExp, text: string, at: number): boolean {
  pattern.lastIndex = at;
  return pattern.test(text);
}
