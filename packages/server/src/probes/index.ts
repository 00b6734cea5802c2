/** Probes. */
export { PROBE_ROUTES } from './routes.ts';
