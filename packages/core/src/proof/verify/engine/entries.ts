/** What each entry says about its place: of this log, times never falling, no gap in what a producer wrote. */
import type { ProblemCode } from '../problem.ts';
import type { ReadEntry } from '../trust.ts';
import type { ProblemList } from './problems.ts';
import { attempt, readUtf8 } from './text.ts';

/** Most processes followed; a log of more is refused rather than half checked. */
const MAX_BOOTS = 1_000_000;
const HEAD =
  /^\{"version":\d+,"kind":"(\w+)","origin":"([^"\\]+)","tenant":"[^"\\]+","id":"\w+","time":(\d+),"monotonicNs":"\d+",(?:"outcome":"\w+","decisionOf":(\d+),)?/;
const TAIL =
  /,"producer":\{"id":"[^"\\]+","boot":"(\w+)","counter":(\d+),"previous":(\d+|null)\},"timeFloor":(\d+),"witnessedSize":(\d+)\}$/y;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/** A check of the entries from `start` on, in their order. Memory grows with the processes that wrote, not with the log. */
export function createEntryCheck(
  log: string,
  start: number,
  problems: ProblemList,
): (bytes: Uint8Array, index: number) => void {
  const boots = new Map<unknown, { readonly counter: number; readonly index: number }>();
  let [floor, witnessed] = [0, 0];

  function misplaced(entry: ReadEntry, index: number): string | undefined {
    const { kind, origin, time, timeFloor, witnessedSize, decisionOf } = entry;
    if (origin !== log) return `is of another log, \`${String(origin)}\``;
    if (!isCount(time) || !isCount(timeFloor) || timeFloor < Math.max(time, floor))
      return 'has a falling time floor';
    floor = timeFloor;
    if (!isCount(witnessedSize) || witnessedSize < witnessed || witnessedSize > index)
      return 'has an impossible witnessed size';
    witnessed = witnessedSize;
    if ((kind !== 'outcome' && kind !== 'answer') || (isCount(decisionOf) && decisionOf < index))
      return undefined;
    return `names entry ${String(decisionOf)}, which is not before it`;
  }

  function gap(
    { boot, counter, previous }: NonNullable<ReadEntry['producer']>,
    index: number,
  ): string | undefined {
    const last = boots.get(boot);
    if (!isCount(counter) || (last === undefined && boots.size >= MAX_BOOTS))
      return 'is of no process that is followed';
    // A name cut out of an entry would keep all of its text in memory: copied when it is first seen.
    boots.set(last === undefined ? Array.from(String(boot)).join('') : boot, { counter, index });
    // Entries before the start are not read, and a process may have written some of them.
    if (last === undefined && counter > 0 && isCount(previous) && previous < start) return undefined;
    const expected = last === undefined ? 0 : last.counter + 1;
    if (counter !== expected)
      return `has producer counter ${counter}, expected ${expected}: entries are missing`;
    if (previous === (last?.index ?? null)) return undefined;
    return `names ${String(previous)} as its producer's entry before it, expected ${last?.index ?? null}`;
  }

  return (bytes, index) => {
    const text = readUtf8(bytes);
    const entry = text?.[0] === '{' ? readEntry(text) : undefined;
    const say = (code: ProblemCode, what: string | undefined) =>
      what === undefined ? undefined : problems.add(code, `entry ${index} ${what}`, undefined, index);
    say('entry-malformed', entry === undefined ? 'is not a JSON object' : undefined);
    say('entry-misplaced', entry && misplaced(entry, index));
    say('producer-gap', entry && gap(entry.producer ?? {}, index));
  };
}

/** What place and producer need of an entry, from where Writ writes it: parsing all of it costs more than everything else together. */
function readEntry(text: string): ReadEntry | undefined {
  TAIL.lastIndex = text.lastIndexOf(',"producer":{');
  const [head, tail] = [HEAD.exec(text), TAIL.exec(text)];
  if (head === null || tail === null || head[1] === 'answer')
    return attempt(() => JSON.parse(text) as ReadEntry);
  const [, kind, origin, time, decisionOf] = head;
  const [, boot, counter, previous, timeFloor, witnessedSize] = tail;
  const producer = {
    boot,
    counter: Number(counter),
    previous: previous === 'null' ? null : Number(previous),
  };
  const numbers = { time: Number(time), timeFloor: Number(timeFloor), witnessedSize: Number(witnessedSize) };
  return { kind, origin, decisionOf: Number(decisionOf), producer, ...numbers };
}
