/** The one fault class: something is broken. An expected refusal is a value (a `Decision`), never a fault. */
import type { FaultCode } from './fault-codes.ts';

/** Facts about a fault, safe to print: never a secret, never the user's data beyond what the message quotes. */
export type FaultData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

/** Longest text of {@link describeFault}, in UTF-16 units: a line that still fits a log viewer. */
const MAX_DESCRIPTION = 500;

/**
 * A broken input, file, peer or invariant.
 *
 * `message` is one line in lower case without a full stop: what was found, what was expected, where.
 * `code` comes from the closed list in `fault-codes.ts`; `data` carries places (`line`, `column`, `path`, `file`) and `hint`.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly code: FaultCode;
  readonly data: FaultData;

  constructor(
    code: FaultCode,
    message: string,
    data: FaultData = {},
    options?: { readonly cause?: unknown },
  ) {
    super(singleLine(message), options);
    this.code = code;
    this.data = data;
  }
}

/** Whether `value` is a {@link Fault}, optionally one with this code. */
export function isFault(value: unknown, code?: FaultCode): value is Fault {
  return value instanceof Fault && (code === undefined || value.code === code);
}

/**
 * One printable line for anything thrown: `message (code)` for a fault, the message for an error.
 * Never a stack, never more than 500 characters.
 */
export function describeFault(thrown: unknown): string {
  const { text, code } = reading(thrown);
  const shown = singleLine(text).slice(0, MAX_DESCRIPTION - code.length);
  return shown.toWellFormed() + code;
}

/** `text` without line breaks and other control characters, C1 included: no input can forge a second line of output or drive a terminal. */
export function singleLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is removed
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ');
}

/** Foreign code may throw anything, also what throws again when it is read. */
function reading(thrown: unknown): { readonly text: string; readonly code: string } {
  try {
    if (thrown instanceof Fault) return { text: thrown.message, code: ` (${thrown.code})` };
    return { text: String(thrown instanceof Error ? thrown.message : thrown), code: '' };
  } catch {
    return { text: 'something was thrown that has no text', code: '' };
  }
}
