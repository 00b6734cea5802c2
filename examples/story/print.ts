/** The story as a table that a person reads while it happens. */
import { styleText } from 'node:util';
import type { Act } from './acts.ts';

const MARKS = {
  allow: ['●', 'cyan'],
  modify: ['◐', 'blue'],
  step_up: ['◆', 'yellow'],
  defer: ['◌', 'magenta'],
  deny: ['■', 'red'],
} as const;

/** Widest line, in columns. */
const COLUMNS = 118;

/** `text` in a colour, on a terminal. */
function coloured(colour: Parameters<typeof styleText>[0], text: string): string {
  return process.stdout.isTTY ? styleText(colour, text) : text;
}

/** Prints one line. */
export function say(text = ''): void {
  process.stdout.write(`${text}\n`);
}

/** Prints a heading. */
export function heading(text: string): void {
  say();
  say(coloured('bold', text));
}

/** Prints one row of the table. */
export function row(number: number, act: Act, verdict: Act['expected'], note: string): void {
  const [mark, colour] = MARKS[verdict];
  const left = `${String(number).padStart(2)}  ${act.tool.padEnd(26)} `;
  const middle = `${mark} ${verdict.padEnd(8)}`;
  const room = COLUMNS - left.length - middle.length;
  const text = `${act.title} — ${note}`;
  say(left + coloured(colour, middle) + (text.length > room ? `${text.slice(0, room - 1)}…` : text));
}

/** Prints that something held, or did not. */
export function check(isGood: boolean, text: string): void {
  say(`  ${coloured(isGood ? 'green' : 'red', isGood ? '✔' : '✘')} ${text}`);
}
