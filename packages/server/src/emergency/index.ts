/** Emergency access while an identity provider is out. */
export { EMERGENCIES } from './emergency.ts';
export { EMERGENCY_ROUTES } from './routes.ts';
export { OUTAGES_TASK } from './task.ts';
