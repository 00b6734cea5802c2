/** What a tool server wrote about one call it served, in whatever form it writes. */

/** One call as the server saw it. */
export interface AccessRecord {
  /** Milliseconds since 1970. */
  readonly time: number;
  /** Name of the tool, without its server; absent where the server does not say. */
  readonly tool?: string;
  /** W3C trace id, 32 hexadecimal digits, or the receipt that came with the call; absent where there is neither. */
  readonly correlation?: string;
  /** Line or place in the file, from 1. */
  readonly line: number;
  /** What a person is shown: at most 160 characters of one line. */
  readonly text: string;
}

/** What an access log holds. */
export interface AccessLog {
  readonly records: readonly AccessRecord[];
  /** Lines that could not be read, and why; none of them is taken for a call or for the absence of one. */
  readonly unreadable: readonly { readonly line: number; readonly reason: string }[];
}

/** Longest text of a record, UTF-16 units. */
const MAX_SHOWN = 160;

/** One line for people. */
export function shownLine(text: string): string {
  const line = text.replaceAll(/[\r\n\t]+/g, ' ').trim();
  return line.length <= MAX_SHOWN ? line : `${line.slice(0, MAX_SHOWN - 1)}…`;
}

/** Reads `text` line by line; empty lines are passed over, a reason in place of a record is kept, `undefined` is a line that is no call. */
export function readLines(
  text: string,
  read: (line: string, at: number) => AccessRecord | { readonly reason: string } | undefined,
): AccessLog {
  const records: AccessRecord[] = [];
  const unreadable: { readonly line: number; readonly reason: string }[] = [];
  let [start, at] = [0, 1];
  while (start <= text.length) {
    const next = text.indexOf('\n', start);
    const line = text.slice(start, next < 0 ? undefined : next);
    if (line.trim() !== '') {
      const found = read(line, at);
      if (found !== undefined && 'reason' in found) unreadable.push({ line: at, reason: found.reason });
      else if (found !== undefined) records.push(found);
    }
    if (next < 0) break;
    start = next + 1;
    at += 1;
  }
  return { records, unreadable };
}
