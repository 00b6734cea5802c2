/** Whether entries that arrive go on where the copy ends: of this log, times never falling, no gap in what a producer wrote. */
import { fromUtf8, isJsonObject, isFault } from '../../kernel/index.ts';
import type { MirrorChange, MirrorPosition, MirrorStore, ProducerPlace } from './mirror-store.ts';

/** What the entries so far lead to, or what is wrong with the first that is not in its place. */
export type Placed =
  | { readonly change: Required<Pick<MirrorChange, 'timeFloor' | 'witnessedSize' | 'producers'>> }
  | { readonly problem: string };

interface ReadEntry {
  readonly origin?: unknown;
  readonly time?: unknown;
  readonly timeFloor?: unknown;
  readonly witnessedSize?: unknown;
  readonly producer?: { readonly boot?: unknown; readonly counter?: unknown; readonly previous?: unknown };
}

/** Longest boot id followed, in UTF-16 units; ULIDs have 26. */
const MAX_BOOT_LENGTH = 64;

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 0;

/**
 * Places `entries`, the first at `start`, behind `position` in the log of `origin`. Reads what the verifier reads of an entry's place and no more, so that a newer version's
 * entries of other kinds are copied too.
 */
export async function placeEntries(
  origin: string,
  position: Pick<MirrorPosition, 'timeFloor' | 'witnessedSize'>,
  { start, entries }: { readonly start: number; readonly entries: readonly Uint8Array[] },
  store: Pick<MirrorStore, 'producer'>,
): Promise<Placed> {
  const producers = new Map<string, ProducerPlace>();
  let { timeFloor, witnessedSize } = position;
  for (const [offset, bytes] of entries.entries()) {
    const index = start + offset;
    const refuse = (problem: string): Placed => ({ problem: `entry ${index} ${problem}` });
    const entry = readEntry(bytes);
    if (entry === undefined) return refuse('is not a JSON object');
    if (entry.origin !== origin) return refuse('is of another log');
    const { time, timeFloor: floor, witnessedSize: witnessed, producer } = entry;
    if (!isCount(time) || !isCount(floor) || floor < Math.max(time, timeFloor))
      return refuse('has a time floor below a time before it');
    if (!isCount(witnessed) || witnessed < witnessedSize || witnessed > index)
      return refuse('has an impossible witnessed size');
    [timeFloor, witnessedSize] = [floor, witnessed];
    const { boot, counter, previous } = producer ?? {};
    if (typeof boot !== 'string' || boot.length > MAX_BOOT_LENGTH || !isCount(counter))
      return refuse('is of no process');
    const last = producers.get(boot) ?? (await store.producer(origin, boot));
    const expected = last === undefined ? 0 : last.counter + 1;
    if (counter !== expected)
      return refuse(
        `has producer counter ${counter}, expected ${expected}: entries are missing or written twice`,
      );
    if (previous !== (last?.index ?? null)) return refuse('names another entry as the one before it');
    producers.set(boot, { counter, index });
  }
  return { change: { timeFloor, witnessedSize, producers } };
}

function readEntry(bytes: Uint8Array): ReadEntry | undefined {
  try {
    const entry: unknown = JSON.parse(fromUtf8(bytes));
    return isJsonObject(entry) ? entry : undefined;
  } catch (fault) {
    if (isFault(fault) || fault instanceof SyntaxError) return undefined;
    throw fault;
  }
}
