/** Events of made-up entries, as an engine hands them to a destination. */
import type { EntryDetail } from '@writ/core';
import { type RecordedEntry, toJsonLine, toOcsf } from '@writ/export';
import { decision, recorded } from '../../../../scripts/testing/recorded-entries.ts';
import type { OutgoingEvent } from '../../src/index.ts';

/** One event of each of `count` decisions, from index `from` on. */
export function eventsOf(count: number, from = 0): readonly OutgoingEvent[] {
  return Array.from({ length: count }, (_, at) => {
    const [first] = eventsOfEntry(decision(), from + at);
    if (first === undefined) throw new Error('an entry without an event');
    return first;
  });
}

/** Every event of one entry. */
export function eventsOfEntry(
  detail: EntryDetail,
  index: number,
  more: Partial<RecordedEntry> = {},
): readonly OutgoingEvent[] {
  const entry = recorded(detail, index, more);
  return toOcsf(entry, { productVersion: '0.1.0' }).map((event) => ({
    uid: event.metadata.uid,
    index,
    time: event.time,
    producer: entry.entry.producer.id,
    recorded: entry,
    event,
    opened: {},
    text: toJsonLine(event).trimEnd(),
  }));
}

/** The uids of `events`. */
export function uidsOf(events: readonly OutgoingEvent[]): readonly string[] {
  return events.map(({ uid }) => uid);
}
