/** Where something stands in a policy file, and what is wrong there. */
import type { FaultCode } from '../../kernel/index.ts';
import type { PolicyLevel } from './level.ts';

/** A named policy text; the name is what messages call it, usually a path. */
export interface PolicySource {
  readonly name: string;
  readonly text: string;
  /** The level its policies belong to; absent means the organisation. */
  readonly level?: PolicyLevel;
}

/** A place in a source: line and column from 1, in UTF-16 units. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
}

/** One problem of a policy set. */
export interface PolicyIssue {
  readonly code: FaultCode;
  /** Lower case, one line, no full stop. */
  readonly message: string;
  readonly place?: Place;
  /** The offending text, at most 80 characters of one line. */
  readonly text?: string;
  /** What to do about it, `did you mean …`. */
  readonly hint?: string;
  /** The policy it is about. */
  readonly policy?: string;
}

const MAX_SHOWN = 80;

/** Offsets at which the lines of a source begin; kept as long as the source is. */
const LINES = new WeakMap<PolicySource, readonly number[]>();

/** The place of `offset` in `source`. */
export function placeOf(source: PolicySource, offset: number): Place {
  const starts = LINES.get(source) ?? lineStarts(source.text);
  LINES.set(source, starts);
  let [low, high] = [0, starts.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((starts[middle] ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { file: source.name, line: low + 1, column: offset - (starts[low] ?? 0) + 1 };
}

function lineStarts(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** The first line of `text`, shortened for a message. */
export function shown(text: string): string {
  const line = (text.split('\n')[0] ?? '').trim();
  return line.length > MAX_SHOWN ? `${line.slice(0, MAX_SHOWN)}…` : line;
}

/** `file:line:column: message (hint)`, one line. */
export function renderIssue(issue: PolicyIssue): string {
  const where =
    issue.place === undefined ? '' : `${issue.place.file}:${issue.place.line}:${issue.place.column}: `;
  const which = issue.policy === undefined ? '' : `policy \`${issue.policy}\`: `;
  const what = issue.text === undefined || issue.text === '' ? '' : `, at \`${issue.text}\``;
  const hint = issue.hint === undefined ? '' : ` (${issue.hint})`;
  return `${where}${which}${issue.message}${what}${hint}`;
}
