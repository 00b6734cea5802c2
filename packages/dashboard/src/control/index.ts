/** What is done to agents and nodes from more than one page: stopping them, and enrolling them. */
export { EnrolDialog } from './enrol-dialog.tsx';
export { Reach } from './reach.tsx';
export { oneLine, type Stop, stopQuery, STOPS_IN_FORCE, type StopWithReach } from './stops.ts';
