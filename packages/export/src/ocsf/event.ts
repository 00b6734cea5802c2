/** What every event has: class, time, severity, whence it comes, and how anyone finds its entry. */
import type { JsonObject, JsonValue } from '@writ/core';
import { type Disclose, type Opened } from '../disclose.ts';
import { leafHash, receiptOf, type RecordedEntry, type UnreadEntry } from '../recorded.ts';
import { type EventClass, OTHER_ACTIVITY } from './classes.ts';

/** The version of the schema that events name. They were checked against the compiled schema `1.9.0-dev` (decision 33). */
export const OCSF_VERSION = '1.9.0';

/** Greatest number that receivers take for an `integer_t`: 32 bits, signed. */
export const MAX_INTEGER: number = 2 ** 31 - 1;

/** Severities of OCSF, by `severity_id`. */
export const SEVERITY = { informational: 1, low: 2, medium: 3, high: 4, critical: 5 } as const;
export type EventSeverity = keyof typeof SEVERITY;

/** How events are made. */
export interface OcsfOptions {
  /** Version of Writ that emits them. */
  readonly productVersion: string;
  /** What of sealed bodies is shown; nothing where absent. */
  readonly disclose?: Disclose;
  /** Whether the entry itself goes along as `raw_data`, so that whoever has the event can hash and verify it. Not by default. */
  readonly withRawData?: boolean;
  /** Whose incidents are, for the schema wants a group; `unassigned` where absent. */
  readonly incidentGroup?: string;
}

/** What happened, and when: the part of an event that is the same for every class. Times are milliseconds since 1970. */
interface OcsfBase extends JsonObject {
  readonly class_uid: number;
  readonly class_name: string;
  readonly category_uid: number;
  readonly category_name: string;
  readonly activity_id: number;
  readonly activity_name: string;
  readonly type_uid: number;
  readonly time: number;
  readonly severity_id: number;
  readonly severity: string;
  readonly message: string;
}

/** An event. */
export interface OcsfEvent extends OcsfBase {
  readonly metadata: OcsfMetadata;
}

/** Whence an event comes. */
export interface OcsfMetadata extends JsonObject {
  readonly version: string;
  /** The receipt of the entry, `origin#index`; `origin#index/2` and so on for what else the same entry says. */
  readonly uid: string;
  /** The receipt of the entry. */
  readonly original_event_uid: string;
  /** Kind of the entry. */
  readonly event_code: string;
  /** Receipt of the decision that the event belongs to; absent where it belongs to none. */
  readonly correlation_uid?: string;
}

/** What all events of one entry share. */
export interface Frame {
  readonly recorded: RecordedEntry;
  readonly options: OcsfOptions;
  readonly opened: Opened;
}

/** What one event says. */
export interface Said {
  readonly of: EventClass;
  /** An id of the class, or a name of our own where it has none. */
  readonly activity: number | string;
  readonly severity: EventSeverity;
  /** One line without anything that is not in the clear. */
  readonly message: string;
  /** `status_id`, or a word of our own where the class has none. */
  readonly status?: number | string;
  readonly statusCode?: string;
  /** Receipt of the decision it belongs to. */
  readonly correlation?: string;
  /** Profiles beside `record_integrity`. */
  readonly profiles?: readonly string[];
  readonly more: JsonObject;
  /** What the schema has no place for. */
  readonly unmapped?: JsonObject;
}

/** The event that says `said` of the entry in `frame`, as the `nth` of its events, from 1. */
export function eventOf({ recorded, options }: Frame, said: Said, nth: number): OcsfEvent {
  const { entry } = recorded;
  const { correlation, profiles = [] } = said;
  return {
    ...frameOf(recorded, options, said, entry.time),
    metadata: metadataOf(recorded, options, nth, entry.kind, {
      tenant_uid: entry.tenant,
      reporter: { uid: entry.producer.id, name: 'Writ' },
      profiles: ['record_integrity', ...profiles],
      ...(correlation === undefined ? {} : { correlation_uid: correlation }),
    }),
    attestation_list: [attestationOf(recorded, entry.origin)],
    ...said.more,
    unmapped: {
      entry_id: entry.id,
      producer: { boot: entry.producer.boot, counter: entry.producer.counter },
      time_floor: entry.timeFloor,
      witnessed_size: entry.witnessedSize,
      ...said.unmapped,
    },
  };
}

/** The hash of the leaf that `event` was made from, hexadecimal. */
export function leafHashIn(event: OcsfEvent): string {
  const [first] = event['attestation_list'] as readonly {
    readonly fingerprint: { readonly value: string };
  }[];
  return first?.fingerprint.value ?? '';
}

/** The event of bytes that could not be read as an entry. */
export function unreadEvent(unread: UnreadEntry, options: OcsfOptions, said: Said): OcsfEvent {
  const code = unread.kind ?? 'unread';
  return {
    ...frameOf(unread, options, said, unread.time ?? 0),
    metadata: metadataOf(unread, options, 1, code, { profiles: ['record_integrity'] }),
    attestation_list: [attestationOf(unread, unread.origin)],
    ...said.more,
    unmapped: { ...said.unmapped },
  };
}

function frameOf(
  recorded: RecordedEntry | UnreadEntry,
  options: OcsfOptions,
  { of, activity, severity, message, status, statusCode }: Said,
  time: number,
): OcsfBase {
  const activityId = typeof activity === 'number' ? activity : OTHER_ACTIVITY;
  return {
    class_uid: of.uid,
    class_name: of.name,
    category_uid: of.category,
    category_name: of.categoryName,
    activity_id: activityId,
    activity_name: typeof activity === 'string' ? activity : (of.activities[activity] ?? 'Unknown'),
    type_uid: of.uid * 100 + activityId,
    time,
    severity_id: SEVERITY[severity],
    severity: captionOf(severity),
    message,
    ...(status === undefined ? {} : statusOf(status)),
    ...(statusCode === undefined ? {} : { status_code: statusCode }),
    ...(options.withRawData === true ? rawData(recorded.bytes) : {}),
  };
}

function statusOf(status: number | string): JsonObject {
  return typeof status === 'number' ? { status_id: status } : { status_id: 99, status };
}

function metadataOf(
  recorded: RecordedEntry | UnreadEntry,
  options: OcsfOptions,
  nth: number,
  code: string,
  more: Readonly<Record<string, JsonValue>>,
): OcsfMetadata {
  const receipt = receiptOf(recorded);
  return {
    version: OCSF_VERSION,
    product: { name: 'Writ', vendor_name: 'Writ', version: options.productVersion },
    uid: nth === 1 ? receipt : `${receipt}/${nth}`,
    original_event_uid: receipt,
    ...(recorded.index > MAX_INTEGER ? {} : { sequence: recorded.index }),
    log_name: receipt.slice(0, receipt.lastIndexOf('#')),
    event_code: code,
    ...more,
  };
}

/**
 * What binds the event to the log: the hash of the entry's leaf. It is of the entry's bytes and not of this event, which is made from them; with `raw_data` it can be computed again.
 */
function attestationOf(
  { bytes, index }: { readonly bytes: Uint8Array; readonly index: number },
  origin: string,
): JsonObject {
  return {
    uid: String(index),
    authority_uid: origin,
    chain_uid: origin,
    fingerprint: {
      algorithm_id: 99,
      algorithm: 'RFC 9162 leaf hash (SHA-256 over 0x00 and the entry)',
      encoding_id: 1,
      serialization_id: 1,
      value: leafHash(bytes),
    },
  };
}

function rawData(bytes: Uint8Array): JsonObject {
  return { raw_data: Buffer.from(bytes).toString('utf8'), raw_data_size: bytes.length };
}

function captionOf(severity: EventSeverity): string {
  return severity.charAt(0).toUpperCase() + severity.slice(1);
}
