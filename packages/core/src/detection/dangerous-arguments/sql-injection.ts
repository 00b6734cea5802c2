/** SQL smuggled into a value: tautologies, stacked statements, unions, comments that cut a statement, and delays. */
import type { Recognised, ScannedText } from '../text/index.ts';
import { type MatchMeaning, reportMatches } from './report-matches.ts';
import {
  BRACKET,
  EQUALS,
  HASH,
  HYPHEN,
  type IndexedWord,
  QUOTE,
  SEMICOLON,
  STAR,
  WordIndex,
} from '../survey/index.ts';

type Report = (recognised: Recognised) => void;

/** A shape that begins with a word, and what must stand before it. */
interface SqlShape {
  readonly detail: string;
  /** From the word's first character; sticky and bounded. */
  readonly pattern: RegExp;
  /** What the text just before the word must end in. */
  readonly before?: RegExp;
  readonly confidence: number;
}

/** A literal and the same again: `1=1`, `'a'='a'`, `"x" like "x"`. */
const TAUTOLOGY: SqlShape = {
  detail: 'tautology',
  pattern:
    /(?:or|and)(?:\s|\/\*\*\/|\(){1,4}(?:not\s{1,2})?(?:(\d{1,6})\s{0,2}(?:=|<=>|like)\s{0,2}\1(?!\d)|['"]([^'"]{0,32})['"]\s{0,2}(?:=|like)\s{0,2}['"]\2|(?:true|1)\s{0,2}(?:--|#|$))/iy,
  confidence: 0.9,
};
const UNION: SqlShape = {
  detail: 'union',
  pattern: /union(?:\s|\/\*\*\/){1,4}(?:all(?:\s|\/\*\*\/){1,4})?\(?select\b/iy,
  confidence: 0.9,
};
const STACKED: SqlShape = {
  detail: 'stacked-statement',
  pattern:
    /(?:drop\s{1,4}(?:table|database|schema|view|user|index)|delete\s{1,4}from|truncate\s{1,4}table|alter\s{1,4}(?:table|user|login)|insert\s{1,4}into|update\s{1,4}[\w.]{1,64}\s{1,4}set|create\s{1,4}(?:table|user|login)|grant\s{1,4}all|shutdown|exec(?:ute)?\s{1,4}(?:xp_|sp_|master|immediate))\b/iy,
  before: /;[ \t]{0,4}$/,
  confidence: 0.85,
};
const FUNCTION: SqlShape = {
  detail: 'function',
  pattern:
    /(?:pg_sleep|benchmark|xp_cmdshell|load_file|extractvalue|updatexml|dbms_pipe\.receive_message|utl_http\.request)\s{0,2}\(\s{0,2}['"\d]|waitfor\s{1,4}delay\s{1,4}['"]|into\s{1,4}(?:out|dump)file\s{1,4}['"]|xp_cmdshell\b/iy,
  confidence: 0.85,
};
const SCHEMA: SqlShape = {
  detail: 'schema',
  pattern: /information_schema\.(?:tables|columns|schemata)\b/iy,
  before: /(?:from|join)\s{1,4}$/i,
  confidence: 0.5,
};

const INDEX: WordIndex<SqlShape> = new WordIndex([
  ...words('or and', TAUTOLOGY),
  ...words('union', UNION),
  ...words('drop delete truncate alter insert update create grant shutdown exec', STACKED),
  ...words(
    'pg_sleep benchmark xp_cmdshell load_file extractvalue updatexml dbms_pipe utl_http waitfor into',
    FUNCTION,
  ),
  ...words('information_schema', SCHEMA),
]);

/** Characters of the text before a word that a shape may ask for. */
const BEFORE_LENGTH = 12;

/** A quote that closes the value, and a comment that cuts off the rest: `admin'--`, `' OR ''='`. */
const CUT_OFF: RegExp = /(?<=[\w%])['"]\)?(?:;|;? {1,2})?(?:--(?= {0,2}$| ?-)|#$)/g;
const EMPTY_TAUTOLOGY: RegExp =
  /['"]\s{0,2}\|{2}\s{0,2}['"]{2}|['"]\s{1,2}or\s{1,2}['"]{2}\s{0,2}=\s{0,2}['"]/gi;

const COMMENT: MatchMeaning = { kind: 'sql-injection', detail: 'comment', severity: 'high', confidence: 0.7 };

const TRIGGERS: number = QUOTE | SEMICOLON | EQUALS | BRACKET | HASH | STAR | HYPHEN;

/** Reports shapes of SQL injection. An apostrophe in a sentence or a whole statement sent to a database tool is none. */
export function findSqlInjection({ text, survey }: ScannedText, report: Report): void {
  for (const { start, meaning } of INDEX.find(text, survey)) {
    if ((survey.classes & TRIGGERS) === 0 && meaning !== UNION) continue;
    const { pattern, before, detail, confidence } = meaning;
    pattern.lastIndex = start;
    if (!pattern.test(text)) continue;
    if (before !== undefined && !before.test(text.slice(Math.max(0, start - BEFORE_LENGTH), start))) continue;
    report({ kind: 'sql-injection', detail, severity: 'high', confidence, start, end: pattern.lastIndex });
  }
  if ((survey.classes & QUOTE) === 0) return;
  if ((survey.classes & HASH) !== 0 || text.includes('--')) reportMatches(CUT_OFF, text, COMMENT, report);
  if ((survey.classes & EQUALS) !== 0)
    reportMatches(EMPTY_TAUTOLOGY, text, { ...COMMENT, detail: 'tautology' }, report);
}

function words(list: string, meaning: SqlShape): readonly IndexedWord<SqlShape>[] {
  return list.split(' ').map((text) => ({ text, ignoreCase: true, meaning }));
}
