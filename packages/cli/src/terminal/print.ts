/** What `writ` prints: answers on standard output, everything else on standard error. */
import { styleText } from 'node:util';
import { describeFault, type Fault, isFault, type Verdict, visible, visibleInJson } from '@writ/core';
import { isOutputRead } from './output.ts';

type Format = Parameters<typeof styleText>[0];

/** A line of the answer. */
export function print(line = ''): void {
  write(`${line}\n`);
}

/** `count` of something: `1 body`, `2 bodies`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Text of the answer as it is. */
export function write(text: string | Uint8Array): void {
  if (isOutputRead()) process.stdout.write(text);
}

/** The answer as one line of JSON, in which no character hides. */
export function printJson(value: unknown): void {
  write(`${visibleInJson(JSON.stringify(value))}\n`);
}

/** A remark for the person, which no script reads. */
export function remark(line: string): void {
  process.stderr.write(`${line}\n`);
}

/** `text` in a colour where standard output is a terminal that wants one. */
export function styled(format: Format, text: string): string {
  return styleText(format, text, { stream: process.stdout });
}

/** A verdict in its colour. */
export function styledVerdict(verdict: Verdict): string {
  switch (verdict) {
    case 'allow':
      return styled('green', verdict);
    case 'modify':
      return styled('cyan', verdict);
    case 'step_up':
    case 'defer':
      return styled('yellow', verdict);
    case 'deny':
      return styled('red', verdict);
    default:
      return verdict satisfies never;
  }
}

/** What happened, why, and what to do, on standard error. */
export function printProblem(thrown: unknown): void {
  const paint = (format: Format, text: string): string => styleText(format, text, { stream: process.stderr });
  const label = paint('red', 'writ:');
  if (!isFault(thrown)) {
    const detail = thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown);
    remark(`${label} a defect of Writ: ${detail}`);
    remark('  please report it with the line above');
    return;
  }
  const problems = problemsOf(thrown);
  if (problems.length > 1) {
    remark(`${label} ${problems.length} problems ${paint('dim', `(${thrown.code})`)}`);
    for (const problem of problems) remark(`  ${visible(problem)}`);
    return;
  }
  remark(`${label} ${visible(thrown.message)} ${paint('dim', `(${thrown.code})`)}`);
  if (thrown.cause !== undefined && !thrown.message.includes(reasonOf(thrown.cause))) {
    remark(`  because: ${visible(describeFault(thrown.cause))}`);
  }
  const { hint } = thrown.data;
  if (typeof hint === 'string' && !thrown.message.includes(hint))
    remark(`  ${paint('bold', 'to do:')} ${visible(hint)}`);
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function problemsOf(fault: Fault): readonly string[] {
  const { problems } = fault.data;
  return Array.isArray(problems) ? (problems as readonly string[]) : [];
}

/** Rows as columns, two spaces apart; the widths are those of the longest cells. */
export function printTable(rows: readonly (readonly string[])[]): void {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, at) => (widths[at] = Math.max(widths[at] ?? 0, cell.length)));
  for (const row of rows)
    print(
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

/** An instant for people: local time to the second, with its zone. */
export function instant(ms: number): string {
  return new Date(ms)
    .toISOString()
    .replace('.000Z', 'Z')
    .replace(/\.\d{3}Z$/, 'Z');
}
