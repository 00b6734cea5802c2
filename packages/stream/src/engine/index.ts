/** What sends: one sender for each destination. */
export { eventSource } from './event-source.ts';
export { cursorPath, EXPORT_FOLDER, lockName, statusPath } from './export-files.ts';
export { type DestinationState, type Exporter, type ExporterOptions, startExporter } from './exporter.ts';
export { type CursorPlace, type CursorReset, resetCursor } from './reset-cursor.ts';
export { sendTest } from './send-test.ts';
export type { SenderState } from './sender.ts';
export { readStatus, type ToldState } from './status-file.ts';
