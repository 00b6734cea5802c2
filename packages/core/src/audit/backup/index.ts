/** Backing a log up and restoring it. */
export type { BackupStep } from './backup-manifest.ts';
export { type BackedUpLog, backupLog, backupLogs, type BackupOptions } from './backup-log.ts';
export { refuseRestored } from './restored-mark.ts';
export {
  type RestoredLog,
  restoreLog,
  restoreLogs,
  type RestoreOptions,
  type RestoreReport,
  resumeLog,
} from './restore-log.ts';
