/** Times in which nobody wrote: told on restart, and found in a log by anyone who reads it. */
import type { DowntimeRecord, Entry, LogReader } from '../model/index.ts';

/**
 * What was before the entry `start` of a producer that comes up, where nobody wrote for `everyMs` or longer until then. `undefined` where somebody did, and
 * where the log begins with it.
 */
export function downtimeBefore(
  reader: Pick<LogReader, 'entry'>,
  start: number,
  everyMs: number,
): DowntimeRecord | undefined {
  const after = start - 1;
  if (after < 0) return undefined;
  const { entry } = reader.entry(after);
  if (reader.entry(start).entry.time - entry.time < everyMs) return undefined;
  return { after, since: entry.time, end: entry.kind === 'stop' ? 'stopped' : 'unknown' };
}

/** A producer that comes up tells of the time before within so many entries: others may write meanwhile. */
const WORD_WITHIN = 1_024;

/** A time without entries that no `downtime` entry explains. */
export interface Silence {
  /** Indexes of the entries before and after it. */
  readonly after: number;
  readonly before: number;
  /** Their times, milliseconds since 1970. */
  readonly since: number;
  readonly until: number;
}

/**
 * Silences longer than `longestMs` in `entries`, which come in the order of the log. While a producer lives it writes at least as often as its heartbeats say;
 * so a silence that nothing explains is a producer that was stopped without a word, or entries that never came.
 */
export function* findSilences(
  entries: Iterable<{ readonly index: number; readonly entry: Entry }>,
  longestMs: number,
): Generator<Silence> {
  let last: { readonly index: number; readonly entry: Entry } | undefined;
  const open: Silence[] = [];
  for (const one of entries) {
    const { index, entry } = one;
    if (entry.kind === 'downtime') {
      const explained = open.findIndex(({ after }) => after === entry.downtime.after);
      if (explained >= 0) open.splice(explained, 1);
    }
    for (let [first] = open; first !== undefined && index - first.before > WORD_WITHIN; [first] = open) {
      yield first;
      open.shift();
    }
    if (last !== undefined && entry.time - last.entry.time > longestMs)
      open.push({ after: last.index, before: index, since: last.entry.time, until: entry.time });
    last = one;
  }
  yield* open;
}
