/** Backing a log up and restoring it. */
export type { BackupStep } from './backup-manifest.ts';
export { backupLog, type BackupOptions } from './backup-log.ts';
export { refuseRestored } from './restored-mark.ts';
export { restoreLog, type RestoreOptions, type RestoreReport, resumeLog } from './restore-log.ts';
