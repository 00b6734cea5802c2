/** Probes and metrics. */
export { ADMIN_PATHS, type AdminOptions, answerAdmin } from './admin.ts';
