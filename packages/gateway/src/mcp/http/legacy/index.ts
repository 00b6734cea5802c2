/** Sessions of legacy clients. */
export { parseEventId } from './event-log.ts';
export { LegacyServer } from './serve.ts';
