/** What each entry says about its place: of this log, times never falling, no gap in what a producer wrote. */
import type { ProblemCode } from '../problem.ts';
import { createPlaceReader, type Place } from './forms.ts';
import type { ProblemList } from './problems.ts';
import { readUtf8 } from './text.ts';

/** Most processes followed; a log of more is refused rather than half checked. */
const MAX_BOOTS = 1_000_000;
const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;

interface Retention {
  readonly retention?: { readonly minimumIndex?: number };
}

/** A check of entries in their order, from any on; `told` becomes what they tell of pruning. Memory grows with the processes that wrote, not with the log. */
export function createEntryCheck(
  log: string,
  problems: ProblemList,
  told: { below: number; entry: number } = { below: 0, entry: 0 },
): (bytes: Uint8Array, index: number) => void {
  const boots = new Map<string | undefined, { readonly counter: number; readonly index: number }>();
  const [read, name] = [createPlaceReader(), JSON.stringify(log)];
  let [floor, witnessed, start] = [0, 0, -1];

  function misplaced(place: Place, index: number): string | undefined {
    const [time, timeFloor] = [Number(place.time), Number(place.timeFloor)];
    const [size, decisionOf] = [Number(place.witnessedSize), Number(place.decisionOf)];
    if (place.origin !== name) return `is of another log, \`${place.origin}\``;
    if (!isCount(time) || !isCount(timeFloor) || timeFloor < Math.max(time, floor))
      return 'has a falling time floor';
    floor = timeFloor;
    if (!isCount(size) || size < witnessed || size > index) return 'has an impossible witnessed size';
    witnessed = size;
    if (!['"outcome"', '"answer"'].includes(place.kind ?? '') || (isCount(decisionOf) && decisionOf < index))
      return undefined;
    return `names entry ${place.decisionOf}, which is not before it`;
  }

  function gap({ boot, counter, previous }: Place, index: number): string | undefined {
    const [count, before, last] = [Number(counter), Number(previous), boots.get(boot)];
    if (!isCount(count) || (last === undefined && boots.size >= MAX_BOOTS))
      return 'is of no process that is followed';
    const expected = (last?.counter ?? -1) + 1;
    // A name cut out of an entry would keep all of its text in memory: copied when it is first seen.
    boots.set(last === undefined ? Array.from(String(boot)).join('') : boot, { counter: count, index });
    // Entries before the start are not read, and a process may have written some of them.
    if (last === undefined && count > 0 && isCount(before) && before < start) return undefined;
    if (count !== expected) return `has producer counter ${count}, expected ${expected}: entries are missing`;
    if (previous === String(last?.index ?? null)) return undefined;
    return `names ${previous} as its producer's entry before it, expected ${last?.index ?? null}`;
  }

  return (bytes, index) => {
    if (start < 0) start = index;
    const say = (code: ProblemCode) => (what: string | undefined) =>
      what && problems.add(code, `entry ${index} ${what}`, undefined, index);
    const text = readUtf8(bytes) ?? '';
    const place = read(text, say('entry-malformed'));
    say('entry-misplaced')(place && misplaced(place, index));
    say('producer-gap')(place && gap(place, index));
    if (place?.kind !== '"retention"') return;
    const { minimumIndex: below = 0 } = (JSON.parse(text) as Retention).retention ?? {};
    // What comes after the entry itself nobody has pruned.
    if (below > told.below && below <= index) Object.assign(told, { below, entry: index });
  };
}
