/** Entries of a log as events on their way. The log is the spool: nothing is copied, and what was erased before it was sent is never sent. */
import type { JsonObject, LogReader } from '@writ/core';
import {
  type Disclosable,
  leafHash,
  type OcsfEvent,
  openBody,
  type Opened,
  type RecordedEntry,
  toCef,
  toCloudEvent,
  toJsonLine,
  toOcsf,
} from '@writ/export';
import type { OutgoingEvent } from '../destination.ts';
import type { TargetSettings } from '../destinations/index.ts';

/** What the text of an event is. */
export type EventFormat = 'ocsf' | 'cloudevents' | 'cef';

/** A log that is sent. */
export interface EventSource {
  readonly origin: string;
  /** Takes over what was committed since. */
  refresh(): Promise<void>;
  /** Entries committed. */
  size(): number;
  /** Events of entry `index`, at least one. Throws `log.*`. */
  events(index: number): readonly OutgoingEvent[];
  /** When it was written, milliseconds since 1970. */
  time(index: number): number;
  /** Hash of its leaf, hexadecimal. */
  leaf(index: number): string;
}

/** How events are made. */
export interface EventSourceOptions {
  readonly disclose: readonly Disclosable[];
  readonly format: EventFormat;
  /** Version of Writ. */
  readonly productVersion: string;
}

/** The log of `reader` as events. Throws what the reader throws. */
export function eventSource(
  log: { readonly reader: LogReader; readonly refresh: () => Promise<void> },
  options: EventSourceOptions,
): EventSource {
  const { reader } = log;
  return {
    origin: reader.origin,
    refresh: () => log.refresh(),
    size: () => reader.size(),
    time: (index) => reader.entry(index).entry.time,
    leaf: (index) => leafHash(reader.entry(index).bytes),
    events(index) {
      const recorded = recordedAt(reader, index);
      const { productVersion, disclose: fields } = options;
      const disclose = { fields, body: (at: number) => bodyAt(reader, at) };
      const opened = (): Opened => openBody(disclose, decisionAt(recorded));
      return toOcsf(recorded, { productVersion, ...(fields.length === 0 ? {} : { disclose }) }).map((event) =>
        outgoing(recorded, event, options.format, opened),
      );
    },
  };
}

function recordedAt(reader: LogReader, index: number): RecordedEntry {
  const { bytes, entry } = reader.entry(index);
  // An outcome does not name what was done; its decision does.
  return entry.kind === 'outcome'
    ? { index, entry, bytes, decision: reader.entry(entry.decisionOf).entry }
    : { index, entry, bytes };
}

function bodyAt(reader: LogReader, index: number): JsonObject | undefined {
  return reader.entry(index).entry.body === undefined ? undefined : reader.body(index);
}

/** The entry that tells what was asked for: an outcome does not. */
function decisionAt({ index, entry }: RecordedEntry): number {
  return entry.kind === 'outcome' ? entry.decisionOf : index;
}

/** `event` of `recorded` on its way. */
export function outgoing(
  recorded: RecordedEntry,
  event: OcsfEvent,
  format: EventFormat,
  opened: () => Opened = () => ({}),
): OutgoingEvent {
  let text: string | undefined;
  return {
    uid: event.metadata.uid,
    index: recorded.index,
    time: event.time,
    producer: recorded.entry.producer.id,
    recorded,
    event,
    get opened() {
      return opened();
    },
    get text() {
      return (text ??= textOf(event, format));
    },
  };
}

/** What the text of events for `target` is. */
export function formatOf(target: TargetSettings): EventFormat {
  return 'format' in target ? target.format : 'ocsf';
}

function textOf(event: OcsfEvent, format: EventFormat): string {
  switch (format) {
    case 'ocsf':
      return toJsonLine(event).trimEnd();
    case 'cloudevents':
      return toJsonLine(toCloudEvent(event)).trimEnd();
    case 'cef':
      return toCef(event).trimEnd();
    default:
      return format satisfies never;
  }
}
