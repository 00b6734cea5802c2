/** How far retention is. */
export { PROGRESS_FILE, progressFile } from './progress-file.ts';
export {
  type GroupProgress,
  MAX_LEFT_RANGES,
  type ProgressStore,
  type RetentionProgress,
  type ToldPruning,
  type UnfinishedBatch,
} from './progress.ts';
export { coverRanges, rangesOf } from './ranges.ts';
