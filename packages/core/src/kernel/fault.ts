/** The one fault class: something is broken. An expected refusal is a value (a `Decision`), never a fault. */
import type { FaultCode } from './fault-codes.ts';

/** Facts about a fault, safe to print: never a secret, never the user's data beyond what the message quotes. */
export type FaultData = Readonly<Record<string, string | number | boolean | null | readonly string[]>>;

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
  if (thrown instanceof Fault) return `${thrown.message} (${thrown.code})`;
  const text = thrown instanceof Error ? thrown.message : String(thrown);
  return singleLine(text).slice(0, 500);
}

/** Replaces line breaks and other control characters, so that no input can forge a second line of output. */
function singleLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are exactly what is removed
  return text.replace(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ');
}
