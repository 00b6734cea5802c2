/** What every entry must hold in its place, beyond its hash: checked one by one while a log is replayed. */
import { describeFault, Fault, isFault } from '../../kernel/index.ts';
import type { Entry } from '../../model/index.ts';
import type { CheckEntry } from '../../proof/index.ts';
import { parseEntry } from '../entry/index.ts';

interface BootEnd {
  readonly counter: number;
  readonly index: number;
}

/**
 * A check for one pass over the log of `origin`, from entry 0 on: written in its one form, of this log, time floor never falling, every
 * producer's counter without gaps. `alsoCheck` sees every entry that can be read. Memory grows with the number of boots. Counters show omissions that no Merkle tree can.
 */
export function createEntryCheck(
  origin: string | undefined,
  alsoCheck: (entry: Entry, index: number) => void = () => {},
): CheckEntry {
  const boots = new Map<string, BootEnd>();
  let timeFloor = 0;
  let witnessedSize = 0;
  return (bytes, index) => {
    const entry = read(bytes);
    if (typeof entry === 'string') return entry;
    const problem =
      placeProblem(entry, index, origin, { timeFloor, witnessedSize }) ??
      producerProblem(entry, boots.get(entry.producer.boot));
    timeFloor = Math.max(timeFloor, entry.timeFloor);
    witnessedSize = Math.max(witnessedSize, entry.witnessedSize);
    boots.set(entry.producer.boot, { counter: entry.producer.counter, index });
    alsoCheck(entry, index);
    return problem;
  };
}

function read(bytes: Uint8Array): Entry | string {
  try {
    return parseEntry(bytes);
  } catch (fault) {
    if (isFault(fault)) return describeFault(fault);
    throw new Fault('log.corrupt', 'an entry could not be read', {}, { cause: fault });
  }
}

function placeProblem(
  entry: Entry,
  index: number,
  origin: string | undefined,
  before: { readonly timeFloor: number; readonly witnessedSize: number },
): string | undefined {
  if (origin !== undefined && entry.origin !== origin) return `is an entry of \`${entry.origin}\``;
  if (entry.timeFloor < before.timeFloor || entry.timeFloor < entry.time)
    return 'has a time floor below a time before it';
  if (entry.witnessedSize < before.witnessedSize || entry.witnessedSize > index)
    return 'has an impossible witnessed size';
  if ((entry.kind === 'outcome' || entry.kind === 'answer') && entry.decisionOf >= index) {
    return `names entry ${entry.decisionOf}, which is not before it`;
  }
  return undefined;
}

function producerProblem({ producer }: Entry, last: BootEnd | undefined): string | undefined {
  const counter = last === undefined ? 0 : last.counter + 1;
  const previous = last === undefined ? null : last.index;
  if (producer.counter !== counter)
    return `has producer counter ${producer.counter}, expected ${counter}: entries are missing`;
  if (producer.previous !== previous)
    return `names ${producer.previous} as its producer's entry before it, expected ${previous}`;
  return undefined;
}
