/** The first steps of a visitor. */
export { type Step } from './steps.ts';
export { beginTour, reachStep, TourBar } from './tour-bar.tsx';
