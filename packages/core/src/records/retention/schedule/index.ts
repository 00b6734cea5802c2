/** When retention runs. */
export { retainAlone, type RetentionPlace } from './alone.ts';
export {
  letOthersRun,
  restAwhile,
  type RetentionSchedule,
  scheduleRetention,
  type ScheduleOptions,
} from './schedule.ts';
export { LATE_MS, type RetentionStanding, retentionStanding } from './standing.ts';
