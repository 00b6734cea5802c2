/** What differs between two versions: line by line, and policy by policy. Pure. */
import type { PolicyFile } from './policy-data.ts';

/** One line: `same`, or of one side alone. Numbers are those of its sides. */
export interface DiffLine {
  readonly kind: 'same' | 'added' | 'removed';
  readonly text: string;
  readonly before?: number;
  readonly after?: number;
}

/** One file of either. */
export interface FileDiff {
  readonly path: string;
  readonly lines: readonly DiffLine[];
}

/** Policies by id. */
export interface PolicyChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** Longer middles than this are told as removed and added whole: a table of so many cells is not worth it. */
const MOST_CELLS = 4_000_000;

/** Lines of `after` against `before`, by their longest common subsequence. */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [one, other] = [linesOf(before), linesOf(after)];
  let head = 0;
  while (head < one.length && head < other.length && one[head] === other[head]) head += 1;
  let tail = 0;
  while (
    tail < one.length - head &&
    tail < other.length - head &&
    one[one.length - 1 - tail] === other[other.length - 1 - tail]
  )
    tail += 1;
  const lines: DiffLine[] = [];
  const same = (at: number, then: number): number =>
    lines.push({ kind: 'same', text: one[at] ?? '', before: at + 1, after: then + 1 });
  for (let at = 0; at < head; at += 1) same(at, at);
  const [oneEnd, otherEnd] = [one.length - tail, other.length - tail];
  let [at, then] = [head, head];
  const table = tableOf(one.slice(head, oneEnd), other.slice(head, otherEnd));
  while (at < oneEnd || then < otherEnd) {
    if (table !== undefined && at < oneEnd && then < otherEnd && one[at] === other[then]) {
      same(at, then);
      at += 1;
      then += 1;
    } else if (at < oneEnd && (then >= otherEnd || isFirst(table, at - head, then - head))) {
      lines.push({ kind: 'removed', text: one[at] ?? '', before: at + 1 });
      at += 1;
    } else {
      lines.push({ kind: 'added', text: other[then] ?? '', after: then + 1 });
      then += 1;
    }
  }
  for (let left = 0; left < tail; left += 1) same(oneEnd + left, otherEnd + left);
  return lines;
}

type Table = readonly Uint32Array[] | undefined;

function isFirst(table: Table, at: number, then: number): boolean {
  if (table === undefined) return true;
  return (table[at + 1]?.[then] ?? 0) >= (table[at]?.[then + 1] ?? 0);
}

function tableOf(one: readonly string[], other: readonly string[]): Table {
  if (one.length * other.length > MOST_CELLS) return undefined;
  const rows = Array.from({ length: one.length + 1 }, () => new Uint32Array(other.length + 1));
  for (let at = one.length - 1; at >= 0; at -= 1)
    for (let then = other.length - 1; then >= 0; then -= 1) {
      const [row, below] = [rows[at], rows[at + 1]];
      if (row === undefined || below === undefined) continue;
      row[then] =
        one[at] === other[then] ? (below[then + 1] ?? 0) + 1 : Math.max(below[then] ?? 0, row[then + 1] ?? 0);
    }
  return rows;
}

function linesOf(text: string): readonly string[] {
  if (text === '') return [];
  return (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
}

/** Files that differ, by path. */
export function diffFiles(before: readonly PolicyFile[], after: readonly PolicyFile[]): readonly FileDiff[] {
  const [one, other] = [textsOf(before), textsOf(after)];
  return [...new Set([...one.keys(), ...other.keys()])]
    .sort()
    .filter((path) => one.get(path) !== other.get(path))
    .map((path) => ({ path, lines: diffLines(one.get(path) ?? '', other.get(path) ?? '') }));
}

const textsOf = (files: readonly PolicyFile[]): ReadonlyMap<string, string> =>
  new Map(files.map(({ path, text }) => [path, text]));

/** Which policies came, went or say something else; where they stand in their files is nothing. */
export function changedPolicies(before: readonly PolicyFile[], after: readonly PolicyFile[]): PolicyChanges {
  const [one, other] = [policiesOf(before), policiesOf(after)];
  const ids = [...new Set([...one.keys(), ...other.keys()])].sort();
  return {
    added: ids.filter((id) => !one.has(id)),
    removed: ids.filter((id) => !other.has(id)),
    changed: ids.filter((id) => one.has(id) && other.has(id) && one.get(id) !== other.get(id)),
  };
}

/** Texts of policies by id, of Cedar files; one without an id is named by its file and its place in it. Blanks and comments mean nothing. */
function policiesOf(files: readonly PolicyFile[]): ReadonlyMap<string, string> {
  const policies = new Map<string, string>();
  for (const { path, text } of files) {
    if (!path.endsWith('.cedar')) continue;
    statementsOf(text).forEach((words, at) => {
      const id = /^(?:@\w+(?:\("(?:[^"\\]|\\.)*"\))?)*@id\("((?:[^"\\]|\\.)*)"\)/.exec(words)?.[1];
      policies.set(id ?? `${path} ${at + 1}`, `${path.split('/').slice(0, -1).join('/')}\n${words}`);
    });
  }
  return policies;
}

const WORD = /\/\/[^\n]*|"(?:[^"\\]|\\.)*"|\s+|[\w$]+|./gs;

/** Statements without what means nothing, each up to its `;`. */
function statementsOf(text: string): readonly string[] {
  const statements: string[] = [];
  let words = '';
  for (const [word] of text.matchAll(WORD)) {
    if (word.startsWith('//')) continue;
    if (/^\s/.test(word)) {
      if (/\w$/.test(words)) words += ' ';
      continue;
    }
    if (!/^\w/.test(word)) words = words.trimEnd();
    words += word;
    if (word !== ';') continue;
    statements.push(words);
    words = '';
  }
  if (words.trim() !== '') statements.push(words.trim());
  return statements;
}
