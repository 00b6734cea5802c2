/** Decisions, counted by stretches of time. */
export { activityOf } from './activity.ts';
export { ACTIVITY_TASK, countActivity } from './count.ts';
export { ACTIVITY_ROUTES } from './routes.ts';
