/** What happened in one session of an agent, in order. */
export { SESSION_STEP_ROUTES } from './routes.ts';
