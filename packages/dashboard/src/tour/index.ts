/** The first steps of a visitor. */
export { reachStep, TourBar } from './tour-bar.tsx';
