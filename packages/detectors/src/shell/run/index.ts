/** Running a text in the mind. */
export { createEngine } from './create-engine.ts';
