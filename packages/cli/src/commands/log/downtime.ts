/** `writ log downtime`: times in which nobody wrote, told of or not. */
import { type DowntimeRecord, type Entry, findSilences, HEARTBEAT_MS, type LogReader } from '@writ/core';
import { locate, type LocateOptions, readData } from '../../data/index.ts';
import { EXIT_NEGATIVE, EXIT_OK } from '../../exit-codes.ts';
import { instant, print, printJson, styled } from '../../terminal/index.ts';

/** Silences up to this many heartbeats are the disk's and the clock's. */
const BEATS = 2;

interface Told extends DowntimeRecord {
  readonly index: number;
  readonly until: number;
}

/** Prints them. The answer is negative where one is not explained. */
export function downtime(options: LocateOptions): Promise<number> {
  return readData(locate(options).data, ({ reader }) => {
    const told: Told[] = [];
    const silences = [...findSilences(watched(reader, told), BEATS * HEARTBEAT_MS)];
    if (options.json === true) printJson({ downtimes: told, silences });
    else {
      for (const { since, until, end, index } of told)
        print(
          `${instant(since)} to ${instant(until)}  ${end === 'stopped' ? 'stopped' : 'ended without a word'}  #${index}`,
        );
      for (const { since, until, after, before } of silences)
        print(
          styled('red', `${instant(since)} to ${instant(until)}  nobody says why  #${after} to #${before}`),
        );
      if (told.length + silences.length === 0) print('somebody always wrote');
    }
    return silences.length === 0 ? EXIT_OK : EXIT_NEGATIVE;
  });
}

/** All entries, those that tell of a downtime put into `told`. */
function* watched(
  reader: Pick<LogReader, 'size' | 'entry'>,
  told: Told[],
): Generator<{ readonly index: number; readonly entry: Entry }> {
  for (let index = 0; index < reader.size(); index += 1) {
    const { entry } = reader.entry(index);
    if (entry.kind === 'downtime') told.push({ ...entry.downtime, index, until: entry.time });
    yield { index, entry };
  }
}
