/** An event that says that it is a test. */
import { type Entry, ENTRY_VERSION, utf8 } from '@writ/core';
import { type RecordedEntry, toOcsf } from '@writ/export';
import type { OutgoingEvent } from '../destination.ts';
import { type EventFormat, outgoing } from './event-source.ts';

/** Identifiers of nothing. */
const NOBODY = '00000000000000000000000000';

/** One event of no entry, of the log `origin` with `/test` behind it. `now`: milliseconds since 1970. */
export function testEvent(
  origin: string,
  {
    format,
    productVersion,
    now,
  }: { readonly format: EventFormat; readonly productVersion: string; readonly now: number },
): OutgoingEvent {
  const entry: Entry = {
    kind: 'heartbeat',
    heartbeat: { everyMs: 1 },
    version: ENTRY_VERSION,
    id: NOBODY,
    origin: `${origin}/test`,
    tenant: 'test',
    time: now,
    monotonicNs: '0',
    commitments: [],
    retentionClass: 'test',
    producer: { id: 'test', boot: NOBODY, counter: 0, previous: null },
    timeFloor: now,
    witnessedSize: 0,
  };
  const recorded: RecordedEntry = { index: 0, entry, bytes: utf8(JSON.stringify(entry)) };
  const [event] = toOcsf(recorded, { productVersion });
  if (event === undefined) throw new TypeError('an entry without an event');
  const message = 'a test of Writ: the destination takes events';
  return outgoing(recorded, { ...event, message }, format);
}
