/** Governed network egress. */
export { addEgress, parseListen } from './egress.ts';
