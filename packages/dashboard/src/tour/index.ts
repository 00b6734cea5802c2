/** The first steps of a visitor. */
export { beginTour, reachStep, TourBar } from './tour-bar.tsx';
