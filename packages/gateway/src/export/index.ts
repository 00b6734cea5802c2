/** The log on its way to the tools that people watch: in a thread beside a node, or in a process of its own. */
export { type ExportTask, openExporter, type ExportPorts } from './open-exporter.ts';
export { readExportSecret } from './read-secret.ts';
export { type RunningExport, startExport, type StartExportOptions } from './start-export.ts';
export { stateReports } from './report-states.ts';
