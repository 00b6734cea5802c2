/** Enrolment of nodes by one-time codes. */
export { type BesidePlace, placeBeside } from './beside.ts';
import { ENROL_ROUTE } from './enrol.ts';
import { ENROLMENT_ROUTES as CODE_ROUTES } from './routes.ts';

export { ENROLMENTS } from './enrolment.ts';

export const ENROLMENT_ROUTES: readonly (typeof ENROL_ROUTE)[] = [...CODE_ROUTES, ENROL_ROUTE];
