/** Entries as events of the Open Cybersecurity Schema Framework. */
export { EVENT_CLASSES, type EventClass } from './classes.ts';
export {
  type EventSeverity,
  leafHashIn,
  OCSF_VERSION,
  type OcsfEvent,
  type OcsfMetadata,
  type OcsfOptions,
  SEVERITY,
} from './event.ts';
export { MAX_PART_EVENTS } from './parts.ts';
export { toOcsf } from './to-ocsf.ts';
