/** Where the log is sent, as a configuration says it. */
export { exportSecretFiles, exportSettledFiles } from './export-files.ts';
export { parseExport } from './parse-export.ts';
