/** Retention: how long bodies are kept, and what destroys them then (docs/decisions/0038). */
export {
  type ArchivedBody,
  type ArchiveHead,
  type ArchiveKey,
  type ArchiveTarget,
  folderArchive,
  openArchive,
  readArchiveHead,
  requireCommittedBody,
} from './archive/index.ts';
export { folderBundleArchive } from './bundles/index.ts';
export {
  DEFAULT_FLOOR_MS,
  DEFAULT_GROUP,
  DEFAULT_KEEP_MS,
  DEFAULT_RETENTION,
  isBelowFloor,
  isClassName,
  type Keeping,
  LEAST_FLOOR_MS,
  MAX_CLASSES,
  MOST_KEEP_MS,
  type RetentionSettings,
} from './classes.ts';
export type {
  ArchivedBundles,
  BundleArchive,
  BundlePorts,
  BundlesReport,
  ClassReport,
  RetentionArchive,
  RetentionOptions,
  RetentionPorts,
  RetentionReport,
} from './ports.ts';
export { PROGRESS_FILE, progressFile, type ProgressStore, type RetentionProgress } from './progress/index.ts';
export { retain } from './retain.ts';
export {
  LATE_MS,
  letOthersRun,
  restAwhile,
  retainAlone,
  type RetentionPlace,
  type RetentionSchedule,
  type RetentionStanding,
  scheduleRetention,
  type ScheduleOptions,
  retentionStanding,
} from './schedule/index.ts';
