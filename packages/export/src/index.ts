/** Entry point of @writ/export: entries of the log in the formats of the tools that people watch. It formats, and sends nothing. */
export { rfc3339 } from './instant.ts';
export { leafHash, readRecorded, receiptOf, type RecordedEntry, type UnreadEntry } from './recorded.ts';
export {
  type Disclosable,
  DISCLOSABLE,
  type Disclose,
  open as openBody,
  type Opened,
  type OpenedPart,
} from './disclose.ts';
export {
  EVENT_CLASSES,
  type EventClass,
  type EventSeverity,
  MAX_PART_EVENTS,
  OCSF_VERSION,
  type OcsfEvent,
  type OcsfMetadata,
  type OcsfOptions,
  SEVERITY,
  toOcsf,
} from './ocsf/index.ts';
export { CLOUD_EVENT_TYPE, type CloudEvent, toCloudEvent } from './cloudevents/index.ts';
export {
  EXAMPLE_ENTERPRISE,
  formatSyslog,
  frameSyslog,
  LOG_AUDIT,
  type SyslogMessage,
  type SyslogOptions,
  toSyslog,
} from './syslog/index.ts';
export { escapeHeader, escapeValue, toCef } from './cef/index.ts';
export { JSON_LINES_TYPE, toJsonLine } from './json-lines/index.ts';
