/** Where in a configuration something stands, and faults that say so. */
import { Fault, type FaultCode, type FaultData } from '@writ/core';

/** A place in a file: lines and columns from 1; `path` like `servers.files.command[0]`, empty for the whole file. */
export interface Place {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly path: string;
}

/** A `config.invalid` fault at `place`; the hint says what to write instead. */
export function invalid(place: Place, problem: string, hint?: string, cause?: unknown): Fault {
  return placed('config.invalid', place, problem, hint, cause);
}

/** A fault of `code` at `place`. The message ends with `file:line:column`, which terminals make a link of. */
export function placed(
  code: FaultCode,
  place: Place,
  problem: string,
  hint?: string,
  cause?: unknown,
): Fault {
  const { file, line, column, path } = place;
  const data: FaultData = { file, line, column, path, ...(hint === undefined ? {} : { hint }) };
  const where = path === '' ? '' : ` in \`${path}\``;
  return new Fault(code, `${problem}${where} at ${file}:${line}:${column}`, data, { cause });
}

/** Longest name that is compared with those that exist. */
const MAX_COMPARED = 64;

/** ``did you mean `x`?`` for the nearest of `known`, else ``expected one of …``. */
export function suggest(name: string, known: readonly string[]): string {
  let nearest: string | undefined;
  let best = 3;
  for (const candidate of known) {
    const distance = name.length > MAX_COMPARED ? best : editDistance(name.toLowerCase(), candidate);
    if (distance < best) {
      best = distance;
      nearest = candidate;
    }
  }
  if (nearest !== undefined) return `did you mean \`${nearest}\`?`;
  return `expected one of ${known.map((candidate) => `\`${candidate}\``).join(', ')}`;
}

/** Levenshtein distance. */
function editDistance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index);
  for (let at = 1; at <= left.length; at += 1) {
    const next = [at];
    for (let index = 1; index <= right.length; index += 1) {
      const change = (row[index - 1] ?? 0) + (left[at - 1] === right[index - 1] ? 0 : 1);
      next.push(Math.min(change, (row[index] ?? 0) + 1, (next[index - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[right.length] ?? left.length;
}
